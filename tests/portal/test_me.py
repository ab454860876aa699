from datetime import date

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Notice
from tests.factories import make_mandate
from tests.portal.conftest import read

pytestmark = pytest.mark.django_db


def leave_notice(user, *, title="已答复", link=""):
    return Notice.objects.create(user=user, title=title, link=link, created_at=timezone.now())


def test_mine_shows_mandates_group_and_venue_and_a_masked_phone(phone, city):
    person = city.representative.person
    text = read(phone.get("/me/"))
    for words in (city.mandate.congress.name, city.group.name, city.studio.name, "生产和工作一线", "在任"):
        assert words in text
    assert person.masked_phone in text
    assert person.phone not in text


def test_a_mandate_without_a_group_says_so(phone, city):
    city.mandate.__class__.objects.update(group=None)
    assert "还没有编组" in read(phone.get("/me/"))


def test_an_account_without_a_person_says_what_to_do(client, city):
    person = city.representative.person
    person.user = None
    person.save(update_fields=["user"])
    client.force_login(city.representative)
    assert "账号还没有和代表名册连上" in read(client.get("/me/"))


def test_queries_do_not_grow_with_mandates(phone, city, django_assert_num_queries):
    for _round in range(2):
        phone.get("/me/")
        with django_assert_num_queries(ME_QUERIES):
            phone.get("/me/")
        make_mandate(city.county, person=city.mandate.person, level="county", group=city.group)
        make_mandate(city.root, person=city.mandate.person, level="city", group=city.group)


ME_QUERIES = 8
"""Session, user, scope, person, mandates, duty of the year, last records, unread notices."""


def test_who_is_staff_too_finds_the_way_to_the_desk(client, phone, city):
    assert "去工作台" not in read(phone.get("/me/"))
    posts = city.representative.memberships
    posts.create(organization=city.town, role=Role.ORGANIZER, start_date=date(2022, 1, 1))
    assert 'href="/admin/"' in read(phone.get("/me/"))


def test_a_notice_is_read_when_opened_and_leads_where_it_points(phone, city):
    notice = leave_notice(city.representative, link="/matters/")
    assert "去看看" in read(phone.get("/notices/"))
    assert phone.get(f"/notices/{notice.pk}/").status_code == 405
    response = phone.post(f"/notices/{notice.pk}/")
    assert response["Location"] == "/matters/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_a_notice_never_leads_out_of_the_house(phone, city):
    notice = leave_notice(city.representative, link="//evil.example/")
    assert phone.post(f"/notices/{notice.pk}/")["Location"] == "/notices/"


def test_all_are_marked_at_once_and_only_ones_own(phone, city):
    leave_notice(city.representative)
    theirs = leave_notice(city.colleague)
    response = phone.post("/notices/read/", follow=True)
    assert "已全部标为已读。" in read(response)
    assert city.representative.notices.filter(read_at=None).count() == 0
    theirs.refresh_from_db()
    assert theirs.read_at is None
    assert phone.post(f"/notices/{theirs.pk}/").status_code == 404


def test_staff_have_notices_too_without_the_tabs(client, city):
    leave_notice(city.organizer, title="新事项待登记")
    client.force_login(city.organizer)
    text = read(client.get("/notices/"))
    assert "新事项待登记" in text
    assert "tabbar" not in text


def test_notice_queries_do_not_grow(phone, city, django_assert_num_queries):
    for rounds in (1, 3):
        for _round in range(rounds):
            leave_notice(city.representative)
        with django_assert_num_queries(4):
            read(phone.get("/notices/"))


def test_nothing_behind_the_door_is_kept_on_the_way(phone, city):
    for page in ("/", "/matters/", "/matters/new/", "/me/", "/notices/"):
        cache = phone.get(page)["Cache-Control"]
        assert {"no-store", "private"} <= set(cache.split(", ")), page
