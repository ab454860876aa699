"""How personal data looks to somebody who has not asked for it (PIPL Arts. 6, 28: smallest scope)."""

import re

# Identity cards (18 or 15 signs), bank cards, mobile numbers with or without gaps, numbers with an area code.
NUMBERS = (
    (re.compile(r"(?<!\d)\d{17}[\dXxＸｘ](?![\dXx])|(?<!\d)\d{15}(?!\d)"), "（证件号已隐去）"),
    (re.compile(r"(?<!\d)\d{16,19}(?!\d)|(?<!\d)\d{4}(?: \d{4}){3}(?: \d{1,3})?(?!\d)"), "（卡号已隐去）"),
    (re.compile(r"(?<!\d)[1１][3-9３-９]\d[\s\-—]?\d{4}[\s\-—]?\d{4}(?!\d)"), "（电话已隐去）"),
    (re.compile(r"(?<!\d)[0０]\d{2,3}[\s\-—]?\d{7,8}(?!\d)"), "（电话已隐去）"),
)


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


def scrub_numbers(text):
    """Free text without the phone, identity card and bank card numbers somebody wrote into it."""
    for pattern, words in NUMBERS:
        text = pattern.sub(words, text)
    return text


def scrub_person(text, *, name="", phone=""):
    """Free text without numbers, and without this person: her name becomes 某某. One sign alone is no name."""
    if phone:
        text = text.replace(phone, "（电话已隐去）")
    text = scrub_numbers(text)
    return text.replace(name, "某某") if len(name) > 1 else text
