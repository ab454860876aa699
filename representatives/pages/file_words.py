"""The duty file in words, for the phone, the desk and paper alike."""

from representatives.enums import Measure

SHOWN_DAYS = 12


def congress_word(mandate):
    """潍坊市第十三次代表大会"""
    return mandate.congress.name.removeprefix("中国共产党")


def list_line_words(line):
    """One item of the yearly list: (事项, 要求, 完成情况, 依据)"""
    item = line.item
    state = "已达到" if line.is_reached else f"还差 {line.missing} {item.unit}"
    return (
        item.text,
        f"每年至少 {item.wanted} {item.unit}",
        f"{line.done} {item.unit}，{state}",
        evidence_words(line),
    )


def evidence_words(line):
    """By what it is met: the days of the ledger's lines, or what she wrote down."""
    if line.ticks:
        return "\n".join(f"{_day(tick.on)} {tick.evidence}" for tick in line.ticks)
    if not line.days:
        return "—"
    days = "、".join(_day(one) for one in line.days[:SHOWN_DAYS])
    more = f"等 {len(line.days)} 条" if len(line.days) > SHOWN_DAYS else ""
    by_quarter = "（按季度计）" if line.item.measure == Measure.QUARTERS else ""
    return f"{days}{more}{by_quarter}"


def _day(value):
    return f"{value.month}月{value.day}日"
