"""The first page after signing in: nobody meets an empty house, everybody finds the figures that are hers."""

import pytest
from django.urls import reverse
from django.utils import timezone

from petitions.admin.forms import step_form
from tests.factories import make_petition


def first_page(client):
    return client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(
    ("role", "address"),
    [("auditor", "/admin/records/event/"), ("assessor", "/figures/"), ("organizer", "/figures/")],
)
def test_the_first_page_leads_to_what_the_role_came_for(city, at_desk, role, address):
    assert f'href="{address}"' in first_page(at_desk(city.user(role)))


@pytest.mark.parametrize("role", ["keeper", "handler", "auditor"])
def test_figures_are_not_offered_to_those_who_may_not_read_them(city, at_desk, role):
    assert 'href="/figures/"' not in first_page(at_desk(city.user(role)))


def test_the_account_menu_leads_to_the_password_and_the_second_factor(city, at_desk):
    page = first_page(at_desk(city.user("keeper")))
    assert 'href="/accounts/password/change/"' in page
    assert 'href="/accounts/2fa/"' in page


def test_a_unit_is_found_by_its_everyday_name(city):
    city.unit.short_name = "住建局"
    city.unit.save()
    form = step_form("assign", subject=make_petition(city, status="registered"), user=city.user("organizer"))
    labels = [label for _value, label in form.fields["organization"].widget.choices]
    assert f"{city.unit.name}（住建局）" in labels


def test_a_new_account_starts_with_a_post_from_today(city, at_desk):
    page = at_desk(city.user("organizer")).get(reverse("admin:accounts_user_add"))
    first = page.context["inline_admin_formsets"][0].formset.forms[0]
    assert first["start_date"].value() == timezone.localdate()
