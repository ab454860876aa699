"""Figures about grades (R86) and venues (R83). A mandate counts as one 名, in the year in which its grade became final."""

from accounts.scope import under
from evaluations.enums import STUDIO_GRADES, Grade, SubjectKind
from evaluations.metrics.periods import within
from evaluations.models import Evaluation
from records.metrics import Metric, Pair, register

PEOPLE = (
    "起始日至截至日（含当日）定档的党代表年度考评，按代表所在地归口；一个代表资格计一名，不参加考评的不计。"
)
VENUES = "起始日至截至日（含当日）定档的工作室（站）年度考核，按所在地归口；不参加考核的不计。"


def final(kind, **conditions):
    """`records(organization, start, as_of)` of the final grades."""

    def records(organization, start, as_of):
        rows = Evaluation.objects.final().filter(
            under("organization__path", [organization.path]),
            cycle__kind=kind,
            **within("cycle__closed_at", start, as_of),
            **conditions,
        )
        return rows.with_names().defer("report", "points").order_by("pk")

    return records


def _declare(code, name, unit, definition, queryset=None, **more):
    register(Metric(code, name, unit, definition, Pair.ABILITY, queryset, **more))


_declare("appraised", "考评定档的党代表", "名", PEOPLE, final(SubjectKind.REPRESENTATIVE))
for _grade in Grade:
    _declare(
        f"appraised_{_grade.value}",
        f"考评{_grade.label}的党代表",
        "名",
        f"{PEOPLE}其中等次为「{_grade.label}」的。",
        final(SubjectKind.REPRESENTATIVE, decided_grade=_grade),
    )
_declare(
    "appraised_excellent_rate",
    "党代表考评优秀率",
    "%",
    "考评优秀的党代表 ÷ 考评定档的党代表。",
    ratio=("appraised_excellent", "appraised"),
)
_declare("venues_appraised", "考核定档的工作室（站）", "个", VENUES, final(SubjectKind.STUDIO))
_declare(
    "venues_appraised_excellent",
    f"考核{STUDIO_GRADES[Grade.EXCELLENT]}的工作室（站）",
    "个",
    f"{VENUES}其中等次为「{STUDIO_GRADES[Grade.EXCELLENT]}」的。",
    final(SubjectKind.STUDIO, decided_grade=Grade.EXCELLENT),
)
_declare(
    "venues_excellent_rate",
    "工作室（站）考核优秀率",
    "%",
    "考核优秀的工作室（站） ÷ 考核定档的工作室（站）。",
    ratio=("venues_appraised_excellent", "venues_appraised"),
)
