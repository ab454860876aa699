"""联系 on the phone: ten seconds for one contact, by representatives and by cadres; and the duty file as it grows."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import create_organization
from accounts.enums import OrganizationKind, Role
from representatives.models import Contact, ContactLink, DutyRecord
from tests.factories import CHINA, make_mandate, make_petition, make_user
from tests.portal.conftest import read
from training.models import MentorPair, PairGoal, PairRecord

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=CHINA)


@pytest.fixture
def at_noon(clock):
    clock(NOON)


@pytest.fixture
def link(city, at_noon):
    branch = create_organization(
        code="370783001-B01", name="屯西村党支部", kind=OrganizationKind.BRANCH, parent=city.town
    )
    return ContactLink.objects.create(
        kind="branch", mandate=city.mandate, branch=branch, start_date=date(2026, 1, 5)
    )


def test_three_taps_and_it_is_in_the_file(phone, link):
    page = read(phone.get("/contacts/"))
    assert "本季度还没联系" in page and "屯西村党支部" in page
    form = read(phone.get(f"/contacts/{link.pk}/"))
    assert 'value="2026-11-24"' in form and 'value="visit"' in form
    sent = {"method": "visit", "on": "2026-11-24", "note": ""}
    told = read(phone.post(f"/contacts/{link.pk}/", sent, follow=True))
    assert "已记下，屯西村党支部本季度联系过了。" in told and "本季度还没联系" not in told
    file = read(phone.get("/me/file/"))
    assert (
        "联系党支部" in file and "屯西村党支部　上门走访" in file and f'href="/contacts/{link.pk}/"' in file
    )
    again = read(phone.post(f"/contacts/{link.pk}/", sent), 400)
    assert "这一天已经记过联系" in again
    contact = Contact.objects.get()
    undone = read(phone.post(f"/contacts/{link.pk}/{contact.pk}/cancel/", follow=True))
    assert "已更正" in undone and "还没有联系过" in undone
    assert "还没有履职记录" in read(phone.get("/me/file/"))
    assert phone.post(f"/contacts/{link.pk}/{contact.pk}/cancel/").status_code == 409
    assert DutyRecord.objects.get().reversed_at == NOON


def test_a_cadre_keeps_in_touch_from_the_same_page(phone_of, city, at_noon):
    cadre = make_user(Role.ORGANIZER, city.town, name="郑组工")
    link = ContactLink.objects.create(
        kind="cadre", mandate=city.mandate, cadre=cadre, start_date=date(2026, 1, 5)
    )
    phone_of_cadre = phone_of(cadre)
    assert "杨守伟代表" in read(phone_of_cadre.get("/contacts/"))
    sent = {"method": "phone", "on": "2026-11-23", "note": "问春耕"}
    assert "杨守伟代表本季度联系过了" in read(phone_of_cadre.post(f"/contacts/{link.pk}/", sent, follow=True))
    hers = phone_of(city.representative)
    assert "郑组工" in read(hers.get("/contacts/"))
    page = read(hers.get(f"/contacts/{link.pk}/"))
    assert "电话" in page and "记一次联系" not in page
    assert hers.post(f"/contacts/{link.pk}/", sent | {"on": "2026-11-24"}).status_code == 403
    contact = Contact.objects.get()
    assert hers.post(f"/contacts/{link.pk}/{contact.pk}/cancel/").status_code == 403


def test_nobody_elses_links_are_there(phone_of, link, city):
    for user in (city.colleague, city.stranger, city.leader):
        assert phone_of(user).get(f"/contacts/{link.pk}/").status_code == 404
        assert "现在没有归您联系的" in read(phone_of(user).get("/contacts/"))


def test_the_list_asks_no_more_for_more_links(phone, link, city):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            read(phone.get("/contacts/"))
        return len(asked)

    first = queries()
    for number in (2, 3):
        branch = create_organization(
            code=f"370783001-B0{number}",
            name=f"第{number}党支部",
            kind=OrganizationKind.BRANCH,
            parent=city.town,
        )
        ContactLink.objects.create(
            kind="branch", mandate=city.mandate, branch=branch, start_date=date(2026, 1, 5)
        )
    assert queries() == first <= 12


def test_the_file_tells_each_year_and_hides_nothing_of_hers(phone, city, at_noon):
    petition = make_petition(city, title="村口三盏路灯不亮", at=datetime(2025, 5, 6, 9, tzinfo=CHINA))
    page = read(phone.get("/me/file/"))
    assert "2026 年" in page and "2025 年" in page and petition.title not in page
    older = read(phone.get("/me/file/?year=2025"))
    assert petition.title in older and f'href="/matters/{petition.pk}/"' in older and "5月" in older
    assert read(phone.get("/me/file/?year=2025&kind=reception&page=x")).count("接收群众意见") >= 1
    assert petition.title in read(phone.get("/me/"))


class TestPairs:
    @pytest.fixture
    def pair(self, city, at_noon):
        mentee = make_mandate(city.town, user=make_user(Role.REPRESENTATIVE, city.town, name="林小雨"))
        pair = MentorPair.objects.create(
            kind="representative",
            mentor=city.mandate,
            mentee=mentee.person,
            organization=city.town,
            start_date=date(2026, 2, 1),
            planned_end_date=date(2027, 2, 1),
        )
        PairGoal.objects.create(pair=pair, content="能独立主持一次接待", due_date=date(2026, 12, 1))
        return pair

    def test_the_mentor_writes_down_and_the_young_one_reads(self, phone, phone_of, pair, city):
        assert "本季还没记" in read(phone.get("/pairs/"))
        assert "记一次帮带" in read(phone.get(f"/pairs/{pair.pk}/"))
        read(phone.get(f"/pairs/{pair.pk}/record/"))
        sent = {"kind": "talk", "on": "2026-11-24", "content": "谈怎么把话听完"}
        page = read(phone.post(f"/pairs/{pair.pk}/record/", sent, follow=True))
        assert "已记下" in page and "谈怎么把话听完" in page
        goal = pair.goals.get()
        sent = {"goal": goal.pk, "reached_date": "2026-11-20", "evidence": "11月15日接待"}
        assert "达到 1 / 1" in read(phone.post(f"/pairs/{pair.pk}/reach_goal/", sent, follow=True))
        assert "林小雨" in read(phone.get("/me/file/"))

        hers = phone_of(pair.mentee.user)
        assert "杨守伟代表带我" in read(hers.get("/pairs/"))
        page = read(hers.get(f"/pairs/{pair.pk}/"))
        assert "谈怎么把话听完" in page and "记一次帮带" not in page
        assert hers.get(f"/pairs/{pair.pk}/record/").status_code == 403
        record = PairRecord.objects.get()
        assert hers.post(f"/pairs/{pair.pk}/records/{record.pk}/cancel/").status_code == 403
        read(phone.post(f"/pairs/{pair.pk}/records/{record.pk}/cancel/", follow=True))
        assert not DutyRecord.objects.standing().exists()

    def test_faults_stand_at_their_field(self, phone, pair):
        page = read(
            phone.post(f"/pairs/{pair.pk}/record/", {"kind": "", "on": "2026-11-25", "content": ""}), 400
        )
        assert "请选择做了什么" in page and "请填写内容" in page
        page = read(
            phone.post(f"/pairs/{pair.pk}/add_goal/", {"content": "走访", "due_date": "2026-01-01"}), 400
        )
        assert "须在结对日期之后" in page
        assert phone.get(f"/pairs/{pair.pk}/conclude/").status_code == 404

    def test_nobody_elses_pairs_are_there(self, phone_of, pair, city):
        for user in (city.colleague, city.stranger, city.organizer):
            assert phone_of(user).get(f"/pairs/{pair.pk}/").status_code == 404
        assert "现在没有结对" in read(phone_of(city.colleague).get("/pairs/"))
