"""Which matters a representative looks at: her own or her groups', and in which tab."""

from dataclasses import dataclass

from django.db.models import F, Q

from petitions.counting import count_each
from petitions.enums import Status
from petitions.models import Petition
from petitions.models.petitions import sees_few
from petitions.pages.due import due_words


@dataclass(frozen=True)
class Tab:
    code: str
    label: str
    empty: str


TABS = (
    Tab("todo", "待告知", "没有等着告知群众的事。"),
    Tab("overdue", "已逾期", "没有逾期的事。"),
    Tab("open", "办理中", "没有正在办理的事。"),
    Tab("closed", "已办结", "还没有办结的事。"),
    Tab("all", "全部", "还没有记过群众的事。"),
)


def matters_of(user, *, whose):
    """ "mine": what she received herself; "group": also what her groups received."""
    visible = Petition.objects.visible_to(user)
    return visible.filter(mandate__person__user_id=user.pk) if whose == "mine" else visible


CONDITIONS = {
    "todo": lambda on: Q(status=Status.FEEDBACK, fed_back_at=None),
    "overdue": lambda on: Q(status__in=Status.open_states(), due_date__lt=on, fed_back_at=None),
    "open": lambda on: Q(status__in=Status.open_states()),
    "closed": lambda on: Q(status__in=Status.closed_states()),
    "all": lambda on: Q(),
}


def in_tab(matters, code, *, on):
    rows = matters.filter(CONDITIONS[code](on))
    # What is due soonest stands first while there is something to do; the rest is newest first.
    return rows.order_by(F("due_date").asc(nulls_last=True), "pk") if code in ("todo", "overdue") else rows


def count_tabs(matters, *, reader, on):
    """All tab counts in one query, counted no further than is shown."""
    return count_each(matters, {tab.code: CONDITIONS[tab.code](on) for tab in TABS}, few=sees_few(reader))


@dataclass(frozen=True)
class MatterRow:
    petition: Petition
    due: object
    where: str
    """Who has it in hand now, in words."""


def rows_of(petitions, *, reader, on, calendar):
    return [
        MatterRow(petition=p, due=due_words(p, on=on, calendar=calendar), where=where_is(p, reader=reader))
        for p in petitions
    ]


def where_is(petition, *, reader):
    """One phrase that says where the matter is now, and whose turn it is."""
    unit = petition.lead_unit.display_name if petition.lead_unit else ""
    if petition.waits_for_archive or petition.status in Status.closed_states():
        return unit or petition.studio.name
    return {
        Status.RECEIVED: "等联络员登记",
        Status.REGISTERED: "已登记，待交办",
        Status.HANDLING: f"{unit}承办",
        Status.FEEDBACK: f"已答复，等{_teller(petition, reader)}告知群众",
    }[petition.status]


def _teller(petition, reader):
    if petition.mandate is None:
        return "联络员"
    person = petition.mandate.person
    return "您" if person.user_id == reader.pk else f"{person.name}代表"
