"""Forged requests at the desk: asking for what no list offers, and writing what no form offers."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership
from representatives.models import Mandate
from studios.models import GroupPlacement
from tests.factories import MONDAY, make_group, make_mandate, make_petition, make_user


def inline(prefix, rows, *, initial=0):
    """The fields of a formset as a browser would send them."""
    sent = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent


@pytest.mark.parametrize(
    ("page", "question"),
    [
        ("accounts_user", "password__startswith=argon2"),
        ("accounts_user", "phone__startswith=1"),
        ("accounts_user", "is_superuser__exact=1"),
        ("petitions_petition", "petitioner_phone__startswith=139"),
        ("petitions_petition", "petitioner_name=李桂兰"),
        ("representatives_person", "phone__startswith=199"),
        ("representatives_mandate", "person__phone__startswith=199"),
    ],
)
@pytest.mark.logs_errors
def test_a_list_answers_no_question_about_what_it_hides(page, question, city, at_desk):
    make_petition(city)
    answer = at_desk(city.organizer).get(reverse(f"admin:{page}_changelist") + "?" + question)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("page", "question"),
    [
        ("accounts_user", "is_active__exact=1"),
        ("petitions_petition", "kind__exact=opinion"),
        ("petitions_petition", "received_at_from=2026-01-01"),
        ("representatives_mandate", "level__exact=town&status__exact=in_office&is_frontline__exact=1"),
        ("studios_studio", "is_pilot__exact=0&kind__exact=workroom"),
    ],
)
def test_the_filters_that_are_shown_still_work(page, question, city, at_desk):
    answer = at_desk(city.organizer).get(reverse(f"admin:{page}_changelist") + "?" + question)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "days", ["from=2026-11-16&to=2026-11-16", "from=16.11.2026", "to=9999-12-31", "to=nonsense"]
)
def test_a_day_is_a_whole_day_of_ours(days, city, at_desk):
    """Half past eleven in the evening is the day before in London."""
    late = make_petition(city, at=MONDAY.replace(hour=23, minute=30))
    question = days.replace("from", "received_at_from").replace("to=", "received_at_to=")
    page = at_desk(city.organizer).get(reverse("admin:petitions_petition_changelist") + "?" + question)
    assert late.number in page.content.decode()
    question = "received_at_from=2026-11-17&received_at_to=2026-11-30"
    page = at_desk(city.organizer).get(reverse("admin:petitions_petition_changelist") + "?" + question)
    assert late.number not in page.content.decode()


def studio_form(studio, **more):
    return {
        "name": studio.name,
        "kind": studio.kind,
        "organization": studio.organization_id,
        "is_active": "on",
        **inline("checklist_results", []),
        **inline("placements", []),
        **inline("keepers", []),
        **more,
    }


def test_a_group_of_the_county_next_door_is_not_given_a_venue_here(city, at_desk):
    group = make_group(city.neighbour_town)
    url = reverse("admin:studios_studio_change", args=[city.studio.pk])
    kept = GroupPlacement.objects.get(studio=city.studio)
    rows = [{"id": kept.pk, "studio": city.studio.pk, "group": city.group.pk}, {"group": group.pk}]
    answer = at_desk(city.organizer).post(
        url, studio_form(city.studio, **inline("placements", rows, initial=1))
    )
    assert answer.status_code == 200
    assert not GroupPlacement.objects.filter(group=group).exists()
    # One of her own may be.
    rows[1] = {"group": make_group(city.town).pk}
    answer = at_desk(city.organizer).post(
        url, studio_form(city.studio, **inline("placements", rows, initial=1))
    )
    assert answer.status_code == 302
    assert city.studio.placements.count() == 2


def account_form(user, rows, *, initial=0):
    return {
        "username": user.username,
        "display_name": user.display_name,
        "phone": "",
        "is_active": "on",
        "password_new": "",
        **inline("memberships", rows, initial=initial),
    }


def post_of(user, organization, role, **fields):
    return {"organization": organization.pk, "role": str(role), "start_date": "2026-01-01", **fields}


@pytest.mark.parametrize(
    ("where", "role"),
    [("root", "organizer"), ("neighbour", "organizer"), ("neighbour_town", "keeper"), ("county", "client")],
)
def test_nobody_gives_a_post_outside_her_scope(where, role, city, at_desk):
    held = city.keeper.memberships.get()
    rows = [
        {"id": held.pk, "user": city.keeper.pk, **post_of(city.keeper, city.town, "keeper")},
        post_of(city.keeper, getattr(city, where), role),
    ]
    answer = at_desk(city.organizer).post(
        reverse("admin:accounts_user_change", args=[city.keeper.pk]),
        account_form(city.keeper, rows, initial=1),
    )
    assert answer.status_code == 200
    assert city.keeper.memberships.count() == 1


def test_nobody_changes_her_own_posts(city, at_desk):
    """A term set by somebody above ends when it ends, and one who works is not also the one who audits."""
    held = city.organizer.memberships.get()
    until = timezone.localdate() + timedelta(days=1)
    Membership.objects.filter(pk=held.pk).update(end_date=until)
    rows = [
        {"id": held.pk, "user": city.organizer.pk, **post_of(city.organizer, city.county, "organizer")},
        post_of(city.organizer, city.county, "auditor"),
    ]
    client = at_desk(city.organizer)
    url = reverse("admin:accounts_user_change", args=[city.organizer.pk])
    assert client.get(url).status_code == 200
    client.post(url, account_form(city.organizer, rows, initial=1))
    assert city.organizer.memberships.get().end_date == until


def test_somebody_wider_is_given_no_password(city, at_desk):
    wider = make_user(Role.ORGANIZER, city.root, name="市组工")
    Membership.objects.create(
        user=wider, organization=city.county, role=Role.ORGANIZER, start_date=date(2022, 1, 1)
    )
    url = reverse("admin:accounts_user_change", args=[wider.pk])
    answer = at_desk(city.organizer).post(url, account_form(wider, []) | {"password_new": "mine-from-now-on"})
    assert answer.status_code == 403
    wider.refresh_from_db()
    assert wider.check_password("liaison-pass-1")


def test_an_export_of_nothing_visible_exports_nothing(city, at_desk):
    foreign = make_mandate(city.neighbour_town)
    sent = {"action": "export_selected", "_selected_action": [foreign.pk]}
    answer = at_desk(city.organizer).post(reverse("admin:representatives_mandate_changelist"), sent)
    assert answer.status_code in (200, 302)
    assert "spreadsheet" not in answer.headers["Content-Type"]


def test_a_post_that_ended_yesterday_opens_nothing_in_a_session_that_lives(city, at_desk):
    client = at_desk(city.organizer)
    assert client.get("/admin/petitions/petition/").status_code == 200
    city.organizer.memberships.update(end_date=timezone.localdate() - timedelta(days=1))
    assert client.get("/admin/petitions/petition/").status_code == 302
    assert client.get("/api/v1/petitions/").json()["results"] == []
    assert Mandate.objects.visible_to(type(city.organizer).objects.get(pk=city.organizer.pk)).count() == 0
