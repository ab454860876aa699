"""How personal data looks to somebody who has not asked for it (PIPL Arts. 6, 28: smallest scope)."""


def mask_name(name):
    """ "李小明" → "李*": one star whatever the length, so that the length tells nothing."""
    return f"{name[0]}*" if name else ""


def mask_phone(phone):
    """ "13812342210" → "138****2210"; anything short shows its last two digits only."""
    if not phone:
        return ""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 2) + phone[-2:]
