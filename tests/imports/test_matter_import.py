from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.actor import Actor
from petitions.enums import Outcome, Status
from petitions.matter_import import MATTERS
from petitions.models import Category, Petition, Reply
from records.importers import make_plan, read_import, run_import
from records.models import Event
from tests.factories import acting, make_petition, make_studio
from tests.imports.books import MATTER_HEADERS, book, matter_row

CHINA = ZoneInfo("Asia/Shanghai")
AT = datetime(2022, 10, 28, 9, 0, tzinfo=CHINA)
ANSWERED = {"答复内容": "已更换路灯。", "答复时间": "2022-10-20 16:00:00"}


def ledger(*rows, headers=MATTER_HEADERS):
    return book(headers, rows)


def plan_of(file, *, by=None):
    return make_plan(MATTERS, read_import(MATTERS, file, at=AT), by=by or Actor.system(), at=AT)


def import_(file, *, at=AT):
    return run_import(MATTERS, read_import(MATTERS, file, at=at), by=Actor.system(), at=at)


def faults(file, **options):
    return [(fault.row, fault.column) for fault in plan_of(file, **options).faults]


def one():
    return Petition.objects.get(source_key__startswith="ledger:")


def test_a_row_with_a_category_is_registered(city):
    category = Category.objects.get(code="housing")
    import_(ledger(matter_row(3, 问题分类="城乡建设")))
    matter = one()
    assert (matter.status, matter.category, matter.channel.code, matter.kind) == (
        Status.REGISTERED,
        category,
        "phone",
        "suggestion",
    )
    assert matter.content == "村口路灯坏了。\n请修。"
    assert matter.received_at == matter.registered_at == datetime(2022, 10, 3, 9, 30, tzinfo=CHINA)
    assert (matter.petitioner_name, matter.petitioner_phone, matter.anonymous) == (
        "张女士",
        "13900002210",
        False,
    )
    assert (matter.studio, matter.organization) == (city.studio, city.town)
    assert matter.number == "370783-2022-000001"
    (event,) = Event.objects.about(matter)
    assert (event.verb, event.after["status"]) == ("imported", "registered")


def test_a_row_with_a_reply_is_answered_and_waits_to_be_told(city):
    import_(ledger(matter_row(3, **ANSWERED)))
    matter = one()
    assert (matter.status, matter.outcome, matter.fed_back_at) == (Status.FEEDBACK, Outcome.REFERENCE, None)
    assert matter.replied_at == datetime(2022, 10, 20, 16, tzinfo=CHINA)
    assert matter.resolved_at is None
    assert Reply.objects.get(petition=matter).content == "已更换路灯。"
    assert Petition.objects.to_be_told().filter(pk=matter.pk).exists()


def test_a_ledger_may_tell_the_class_of_its_replies(city):
    headers = [*MATTER_HEADERS, "答复类别"]
    import_(ledger([*matter_row(3, **ANSWERED), "A 已解决"], headers=headers))
    assert (one().outcome, one().resolved_at) == (Outcome.SOLVED, one().replied_at)


def test_a_row_without_either_was_only_taken_down(city):
    plan = import_(ledger(matter_row(3, 问题分类="天外来客")))
    assert (one().status, one().category, one().registered_at) == (Status.RECEIVED, None, None)
    assert plan.notes == ["系统里没有「天外来客」这个问题分类，1 行留待登记时选择。"]


def test_nobody_by_name_is_anonymous(city):
    import_(ledger(matter_row(3, 反映人="匿名", 联系电话="")))
    assert (one().anonymous, one().petitioner_name) == (True, "")


def test_numbers_run_on_by_county_and_year(city):
    make_petition(city, at=datetime(2022, 5, 1, 9, 0, tzinfo=CHINA))
    import_(
        ledger(
            matter_row(3),
            matter_row(4),
            matter_row(5, 登记时间="2021-12-31 23:59", **{"工作室（站）": "老杜工作室"}),
        )
    )
    numbers = (
        Petition.objects.filter(source_key__startswith="ledger:")
        .order_by("pk")
        .values_list("number", flat=True)
    )
    assert list(numbers) == ["370783-2022-000002", "370783-2022-000003", "370725-2021-000001"]


def test_the_second_import_adds_nothing_even_with_rows_alike(city):
    rows = ledger(matter_row(3), matter_row(3, 联系电话="13900002211"), matter_row(4, **ANSWERED))
    assert import_(rows).counts()["created"] == 3
    rows.seek(0)
    plan = import_(rows)
    assert (plan.counts()["created"], plan.counts()["updated"], plan.counts()["unchanged"]) == (0, 0, 3)
    assert Petition.objects.filter(source_key__startswith="ledger:").count() == 3


def test_a_later_ledger_brings_the_reply(city):
    import_(ledger(matter_row(3, 问题分类="城乡建设")))
    plan = import_(ledger(matter_row(3, 问题分类="城乡建设", **ANSWERED)))
    assert [(c.label, c.old, c.new) for c in plan.changed[0].changes] == [
        ("环节", "登记", "反馈"),
        ("答复内容", "（空）", "已更换路灯"),
    ]
    matter = one()
    assert (matter.status, matter.replies.count(), matter.category.code) == (Status.FEEDBACK, 1, "housing")
    assert Event.objects.about(matter).first().before == {"status": "registered"}


def test_what_is_worked_on_here_is_not_changed_by_a_ledger(city):
    import_(ledger(matter_row(3)))
    Petition.objects.filter(pk=one().pk).update(kind="request", status=Status.WITHDRAWN)
    plan = import_(ledger(matter_row(3, **ANSWERED)))
    assert (plan.counts()["unchanged"], one().kind, one().replies.count()) == (1, "request", 0)
    assert plan.notes == ["1 行已在系统里，但与台账不完全一致；以系统为准，不作改动。"]


def test_clocks_start_for_recent_rows_only(city):
    import_(ledger(matter_row(26, 问题分类="城乡建设")))
    assert one().due_date is not None
    assert one().due_explained["work_days"] == 5
    Petition.objects.all().delete()
    import_(ledger(matter_row(26, 问题分类="城乡建设")), at=AT + timedelta(days=200))
    assert (one().due_date, one().due_explained) == (None, {})


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"登记时间": "昨天"}, "登记时间"),
        ({"登记时间": "2022-10-29 09:00"}, "登记时间"),
        ({"来源渠道": "飞鸽"}, "来源渠道"),
        ({"工作室（站）": "没有的工作室"}, "工作室（站）"),
        ({"联系电话": "12"}, "联系电话"),
        ({"反映人": "匿名"}, "反映人"),
        ({"类别": "投诉"}, "类别"),
        ({"内容": " "}, "内容"),
        ({"标题": "题" * 101}, "标题"),
        ({"答复内容": "已办。"}, "答复时间"),
        ({"答复时间": "2022-10-20"}, "答复内容"),
        ({"答复内容": "已办。", "答复时间": "2022-10-02"}, "答复时间"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_faults(city, values, column):
    assert faults(ledger(matter_row(3, **values))) == [(4, column)]


def test_a_reply_with_only_a_day_is_not_before_its_matter(city):
    import_(ledger(matter_row(3, 答复内容="已办。", 答复时间="2022-10-03")))
    assert one().replied_at == one().received_at


def test_two_venues_of_one_name_cannot_be_told_apart(city):
    make_studio(city.neighbour_town, name="洛城街道党代表工作室")
    assert faults(ledger(matter_row(3))) == [(4, "工作室（站）")]
    assert faults(ledger(matter_row(3)), by=acting(city.organizer)) == []


def test_venues_of_the_neighbours_are_faults(city):
    rows = ledger(matter_row(3), matter_row(4, **{"工作室（站）": "老杜工作室"}))
    assert faults(rows, by=acting(city.organizer)) == [(5, "工作室（站）")]
