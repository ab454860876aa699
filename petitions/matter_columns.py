"""The columns of a ledger of matters (登记台账), and what may stand in them."""

from zoneinfo import ZoneInfo

from django.conf import settings

from petitions.enums import Kind, Outcome
from petitions.models import Category, Channel
from records.workbooks import CellFault, Column, cells

KINDS = {str(label): value for value, label in Kind.choices}
OUTCOMES = {value: value for value in Outcome.values} | {
    str(label).replace(" ", ""): v for v, label in Outcome.choices
}
ANONYMOUS = ("匿名", "不愿透露", "不详", "无")


def matter_columns(*, at):
    zone = ZoneInfo(settings.TIME_ZONE)
    channels = _words(Channel.objects.filter(is_active=True))
    return [
        Column(
            "登记时间", cells.moment(at=at, zone=zone, label="登记时间"), required=True, name="received_at"
        ),
        Column(
            "来源渠道",
            cells.choice(channels, what="来源渠道"),
            required=True,
            name="channel",
            aliases=("渠道",),
        ),
        Column("工作室（站）", cells.line(60), required=True, name="studio", aliases=("工作室", "工作站")),
        Column("反映人", _petitioner, name="petitioner_name"),
        Column("联系电话", cells.phone, name="petitioner_phone", aliases=("电话",)),
        Column("类别", cells.choice(KINDS, what="类别"), required=True, name="kind"),
        Column("标题", cells.line(100), name="title"),
        Column("内容", cells.prose(10000), required=True, name="content"),
        Column("地点", cells.line(100), optional=True, name="place"),
        Column("问题分类", cells.compact, optional=True, name="category"),
        Column("答复内容", cells.prose(10000), optional=True, name="reply"),
        Column(
            "答复时间", cells.moment(at=at, zone=zone, label="答复时间"), optional=True, name="replied_at"
        ),
        Column("答复类别", cells.choice(OUTCOMES, what="答复类别"), optional=True, name="outcome"),
    ]


def _petitioner(value):
    """ "张女士", "李某" are names here; what stands for nobody is empty."""
    text = cells.line(40)(value)
    if text.isdigit():
        raise CellFault(f"「{text[:10]}」不是姓名，请核对是否填错了列。")
    return "" if text in ANONYMOUS else text


def _words(rows):
    """Every word clerks use for a row → the row; names win over aliases of others."""
    rows = list(rows)
    words = {cells.compact(row.name): row for row in rows}
    for row in rows:
        for alias in row.aliases:
            words.setdefault(cells.compact(alias), row)
    return words


def category_words():
    """Word → Category. Where several have the same word, the one nearest the root is meant."""
    return _words(sorted(Category.objects.filter(is_active=True), key=lambda category: -len(category.path)))
