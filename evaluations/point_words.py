"""The sentences in which points are explained: pure, numbers in hundredths, Chinese out."""

from evaluations.scoring import FULL, one_more, points

GRADES = ("excellent", "competent", "basic")
"""From the top; each has a line of its own."""


def show(value):
    """1250 → 12.5; 100 → 1; None → —"""
    if value is None:
        return "—"
    whole, cents = divmod(abs(value), 100)
    text = f"{whole}.{cents:02d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def how_counted(rule, *, noun, unit):
    """满 12 次得 20 分，按比例计，最多 24 分。 Where more than the target brings nothing, that goes without saying."""
    verb, deed = ("每", "加") if rule.is_bonus else ("满", "得")
    words = f"{noun}{verb} {show(rule.target)} {unit}{deed} {show(rule.weight)} 分，按比例计"
    words += f"，最多 {show(rule.cap)} 分。" if rule.is_bonus or rule.cap != rule.weight else "。"
    if rule.leaves_out and not rule.is_bonus:
        return f"{words}没有数据时不计入，其余指标按比例折算。"
    return words


def gain_words(quantity, step, rule, *, lead, room=None, why_no_room="", in_total=None):
    """What a `step` more ("再有 1 次驻室接待") would have brought. `room` is how many points there are still to be had above
    this indicator (bonuses together, or the full hundred), None where nobody may know yet; `in_total` what the total
    would have gained, where that is not the same."""
    if points(quantity or 0, rule) >= rule.cap:
        return "已到上限，再多不加分。"
    gain = one_more(quantity, step, rule)
    if room is not None:
        gain = min(gain, max(room, 0))
        if room <= 0:
            return why_no_room
    if not gain:
        return f"{lead}，所得不足 0.01 分。"
    scaled = f"（折算后总分多 {show(in_total)} 分）" if in_total not in (None, gain) else ""
    return f"{lead}，可多得 {show(gain)} 分{scaled}。"


def scale_words(names, *, known, got, scaled):
    """How the rest was made to count for a hundred where something is not known."""
    told = "、".join(f"「{name}」" for name in names)
    return (
        f"{told}没有数据，不计入；其余 {show(known)} 分里得 {show(got)} 分，折算成百分制是 {show(scaled)} 分。"
        if scaled is not None
        else f"{told}没有数据，不计入。"
    )


def bonus_words(bonus, *, cap):
    if bonus > cap:
        return f"加分项共 {show(bonus)} 分，合计最多加 {show(cap)} 分，按 {show(cap)} 分计。"
    return f"加分项共 {show(bonus)} 分（合计最多加 {show(cap)} 分）。"


def full_words(raw):
    return f"各项合计 {show(raw)} 分，按满分 {show(FULL)} 分计。"


def lines_words(lines, labels):
    """优秀 90 分，称职 80 分，基本称职 60 分，以下为不称职。"""
    told = "，".join(f"{labels[grade]} {show(getattr(lines, grade))} 分" for grade in GRADES)
    return f"{told}，以下为{labels['incompetent']}。"


def distance_words(score, lines, labels):
    """离「优秀」还差 1.5 分。 Nothing to say of the best, or without a score."""
    if score is None:
        return ""
    for grade in reversed(GRADES):
        line = getattr(lines, grade)
        if score < line:
            return f"离「{labels[grade]}」还差 {show(line - score)} 分。"
    return ""
