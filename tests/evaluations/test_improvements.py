"""Items to improve after either appraisal (R91): set, done by their owners, confirmed; reminded of; and who sees them."""

from datetime import date, datetime, timedelta

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from evaluations.actions.improvements import add_improvement, perform_improvement
from evaluations.enums import CycleStatus, EvaluationStatus, Grade, ImprovementStatus, SubjectKind
from evaluations.follow_up_reminders import remind_of_improvements
from evaluations.models import Improvement
from evaluations.moves.improvements import IMPROVEMENTS
from records.models import Event
from tests.evaluations.finals import final_cycle, final_grade
from tests.factories import CHINA, acting, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 3, 20, 15, 0, tzinfo=CHINA)
DUE = date(2023, 6, 30)


@pytest.fixture
def hers(city):
    return final_grade(final_cycle(city, 2022), city.mandate, Grade.BASIC, score=6100)


@pytest.fixture
def venue(city):
    cycle = final_cycle(city, 2022, kind=SubjectKind.STUDIO, title="寿光市2022年度工作室考核")
    return final_grade(cycle, city.studio, Grade.BASIC, score=6100)


def add(evaluation, user, **data):
    data = {"content": "每月驻室一次", "due_date": DUE.isoformat()} | data
    return add_improvement(evaluation, by=acting(user), at=NOW, data=data)


def do(verb, item, user, **data):
    return perform_improvement(verb, item, by=acting(user), at=NOW, data=data)


@pytest.fixture
def item(city, hers):
    add(hers, city.organizer, owner=city.representative)
    return fresh()


def fresh():
    return Improvement.objects.with_names().get()


def test_an_item_from_the_day_it_is_set_until_it_is_confirmed(city, item):
    told = Notice.objects.get(user=city.representative)
    assert (told.title, told.link) == ("请改进，2023年6月30日前完成", f"/improvements/{item.pk}/")
    do("report_done", item, city.representative, result="驻室三次，接待五人。")
    assert Notice.objects.get(user=city.organizer).title == "杨守伟的改进事项等您验收"
    do("send_back", item, city.organizer, reason="六月份还没有")
    assert (fresh().status, fresh().done_at, fresh().reason) == ("open", None, "六月份还没有")
    do("postpone", item, city.organizer, due_date="2023-07-31", reason="农忙")
    do("report_done", item, city.representative, result="补了六月份的。")
    do("confirm", item, city.organizer)
    assert (fresh().status, fresh().due_date, fresh().settled_at) == ("confirmed", date(2023, 7, 31), NOW)
    verbs = Event.objects.about(item).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["add", "report_done", "send_back", "postpone", "report_done", "confirm"]


def test_a_venues_item_is_its_keepers(city, venue):
    item = add(venue, city.organizer, content="补齐制度上墙", owner=city.keeper)
    do("report_done", fresh(), city.keeper, result="已上墙。")
    assert fresh().status == ImprovementStatus.DONE
    assert item.owner_label == "许磊"


def test_who_has_no_account_is_named_and_the_office_reports_for_her(city, hers):
    add(hers, city.organizer, owner_name="村支书老李")
    with pytest.raises(NotAllowed):
        do("report_done", fresh(), city.representative, result="代她登记")
    do("report_done", fresh(), city.organizer, result="做完了。")
    assert (fresh().owner_label, fresh().status) == ("村支书老李", "done")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({}, "owner"),
        ({"owner": "both", "owner_name": "老李"}, "owner"),
        ({"owner": "stranger"}, "owner"),
        ({"owner": "colleague"}, "owner"),
        ({"owner_name": "老李", "due_date": "2023-03-20"}, "due_date"),
        ({"owner_name": "老李", "content": ""}, "content"),
        ({"owner_name": "老李", "content": "长" * 201}, "content"),
        ({"owner_name": "老李", "surprise": "1"}, "surprise"),
    ],
)
def test_what_an_item_must_be_told_with(city, hers, changed, field):
    people = {"both": city.representative, "stranger": city.stranger, "colleague": city.colleague}
    if "owner" in changed:
        changed = changed | {"owner": people[changed["owner"]]}
    with pytest.raises(InvalidInput) as fault:
        add(hers, city.organizer, **changed)
    assert list(fault.value.errors) == [field]
    assert not Improvement.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "leader", "assessor", "keeper", "representative", "auditor"])
def test_only_organizers_set_items(city, hers, who):
    with pytest.raises(NotAllowed):
        add(hers, getattr(city, who), owner_name="老李")


def test_the_organizer_at_home_sets_items_too(city, hers):
    at_home = make_user(Role.ORGANIZER, city.town)
    add(hers, at_home, owner=city.representative)
    do("report_done", fresh(), city.representative, result="好了。")
    do("confirm", fresh(), at_home, note="看过了")
    assert fresh().status == ImprovementStatus.CONFIRMED


def test_nothing_is_set_before_the_grade_is_told(city):
    cycle = final_cycle(city, 2022, status=CycleStatus.DECIDING)
    early = final_grade(cycle, city.mandate, Grade.BASIC, status=EvaluationStatus.DECIDED)
    with pytest.raises(Conflict) as fault:
        add(early, city.organizer, owner_name="老李")
    assert "公示以后" in fault.value.message


def test_the_same_item_is_not_set_twice(city, hers, item):
    with pytest.raises(InvalidInput):
        add(hers, city.organizer, owner_name="老李")
    do("drop", item, city.organizer, reason="重复")
    add(hers, city.organizer, owner_name="老李")
    assert Improvement.objects.count() == 2


@pytest.mark.parametrize("who", ["organizer", "colleague", "stranger", "keeper", "leader"])
def test_nobody_reports_for_an_owner_with_an_account(city, item, who):
    with pytest.raises(NotAllowed):
        do("report_done", item, getattr(city, who), result="替她登记")


@pytest.mark.parametrize("who", ["representative", "colleague", "stranger", "keeper", "leader"])
def test_only_organizers_confirm(city, item, who):
    do("report_done", item, city.representative, result="好了。")
    for verb, data in (("confirm", {}), ("send_back", {"reason": "不"}), ("drop", {"reason": "不"})):
        with pytest.raises(NotAllowed):
            do(verb, fresh(), getattr(city, who), **data)


def test_every_state_and_verb(city, item):
    data = {"result": "好了。", "reason": "原因", "note": "", "due_date": "2023-09-30"}
    for status in ImprovementStatus:
        for move in IMPROVEMENTS:
            Improvement.objects.update(status=status)
            user = city.representative if move.verb == "report_done" else city.organizer
            given = {need.name: data[need.name] for need in move.needs}
            if status in move.sources:
                assert do(move.verb, fresh(), user, **given).status == (move.target or status)
            else:
                with pytest.raises(Conflict):
                    do(move.verb, fresh(), user, **given)


def test_two_at_once(city, item):
    other = fresh()
    do("report_done", item, city.representative, result="先登记的")
    with pytest.raises(Conflict):
        do("report_done", other, city.representative, result="后登记的")
    assert fresh().result == "先登记的"


def test_who_sees_an_item(city, item, venue):
    def seen(row):
        names = ("organizer", "leader", "representative", "colleague", "keeper", "stranger", "auditor")
        return {
            name
            for name in names
            if Improvement.objects.visible_to(getattr(city, name)).filter(pk=row.pk).exists()
        }

    assert seen(item) == {"organizer", "leader", "representative"}
    of_venue = add(venue, city.organizer, content="补齐资料", owner_name="老李")
    assert seen(of_venue) == {"organizer", "leader", "keeper"}


def test_the_owner_is_reminded_before_and_once_after_and_then_the_office_too(city, item):
    def run(day):
        return remind_of_improvements(day, NOW)

    Notice.objects.all().delete()
    assert [run(DUE - timedelta(days=days)) for days in (8, 7, 7, 1, 0)] == [0, 1, 0, 0, 0]
    assert [run(DUE + timedelta(days=days)) for days in (1, 1, 30)] == [1, 0, 0]
    titles = Notice.objects.filter(user=city.representative).order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["改进事项还有 7 天到期（2023年6月30日）", "改进事项已过期限2023年6月30日"]
    assert Notice.objects.get(user=city.organizer).title == "杨守伟的改进事项已过期限2023年6月30日"
    # Another day is reminded of anew; what waits to be confirmed is not her task any more.
    do("postpone", fresh(), city.organizer, due_date="2023-09-30", reason="农忙")
    assert run(date(2023, 9, 29)) == 1
    do("report_done", fresh(), city.representative, result="好了。")
    assert run(date(2023, 10, 9)) == 0


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_the_database_no_more_for_more_items(
    city, hers, browser, rest, number, django_assert_max_num_queries
):
    for n in range(number):
        add(hers, city.organizer, content=f"第{n}条", owner=city.representative)
    desk, phone, api = browser(city.organizer), browser(city.representative), rest(city.organizer)
    desk.page("/admin/evaluations/improvement/")
    with django_assert_max_num_queries(12):
        desk.page("/admin/evaluations/improvement/")
    with django_assert_max_num_queries(10):
        phone.page("/improvements/")
    with django_assert_max_num_queries(8):
        assert len(api.get("/api/v1/improvements/").json()["results"]) == number


def test_the_phone(city, item, browser, undefined_variables_show):
    phone, address = browser(city.representative), f"/improvements/{item.pk}/"
    assert "每月驻室一次" in phone.page("/improvements/")
    assert "登记完成" in phone.page(address)
    phone.page(f"{address}report_done/")
    phone.page(f"{address}confirm/", 404)
    assert "请填写完成情况" in phone.post(f"{address}report_done/", {"result": ""}).content.decode()
    assert phone.post(f"{address}report_done/", {"result": "好了。"}).status_code == 302
    assert phone.post(f"{address}report_done/", {"result": "好了。"}).status_code == 409
    browser(city.colleague).page(address, 404)
    assert "现在没有改进事项" in browser(city.colleague).page("/improvements/")
    # The office reads them at its desk; this page is for those whom they are about.
    browser(city.organizer).page(address, 404)


def test_the_desk(city, hers, browser):
    desk, new = browser(city.organizer), "/admin/evaluations/improvement/add/"
    assert "杨守伟" not in desk.page(new)
    assert f"?evaluation={hers.pk}" in desk.page(f"{new}?q=杨守")
    desk.page(f"{new}?evaluation={hers.pk}")
    data = {"content": "每月驻室一次", "due_date": "2020-01-01", "owner": city.representative.pk}
    wrong = desk.post(f"{new}?evaluation={hers.pk}", data)
    assert (wrong.status_code, "完成期限须在今天以后" in wrong.content.decode()) == (400, True)
    data["due_date"] = "2099-01-01"
    assert desk.post(f"{new}?evaluation={hers.pk}", data).status_code == 302
    address = f"/admin/evaluations/improvement/{fresh().pk}/"
    assert "杨守伟" in desk.page(f"{address}change/")
    desk.page(f"{address}do/postpone/")
    assert desk.post(f"{address}do/confirm/", {}).status_code == 409
    for state in ("open", "overdue", "done"):
        desk.page(f"/admin/evaluations/improvement/?due={state}")
    browser(city.leader).page(new, 403)
    stranger = browser(city.stranger)
    stranger.page(f"{new}?evaluation={hers.pk}", 404)
    stranger.page(f"{address}change/", 404)
    assert "杨守伟" not in stranger.page(f"{new}?q=杨守")


def test_rest(city, hers, rest):
    body = {
        "evaluation": hers.pk,
        "content": "每月驻室一次",
        "owner": city.representative.pk,
        "due_date": "2099-01-01",
    }
    address = "/api/v1/improvements/"
    assert rest(city.representative).post(address, body, format="json").status_code == 403
    assert rest(city.stranger).post(address, body, format="json").status_code == 400
    made = rest(city.organizer).post(address, body, format="json")
    assert (made.status_code, made.json()["owner_label"]) == (201, "杨守伟")
    one = f"{address}{made.json()['id']}/"
    assert rest(city.representative).get(one).json()["allowed_verbs"] == ["report_done"]
    done = rest(city.representative).post(f"{one}report-done/", {"result": "好了。"}, format="json")
    assert done.json()["status"] == "done"
    assert rest(city.representative).post(f"{one}confirm/", {}, format="json").status_code == 403
    assert rest(city.stranger).get(one).status_code == 404
    mine = rest(city.representative).get(f"{address}?mine=true").json()["results"]
    assert [row["content"] for row in mine] == ["每月驻室一次"]
