"""Accounts at the desk: one without a post is refused, and a lost second factor can be lifted."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db


def posted(user, **fields):
    posts = list(user.memberships.all()) if user else []
    data = {
        "username": user.username if user else "xin",
        "display_name": "新人",
        "phone": "",
        "is_active": "on",
        "memberships-TOTAL_FORMS": max(len(posts), 1),
        "memberships-INITIAL_FORMS": len(posts),
    }
    for number, post in enumerate(posts):
        data |= {
            f"memberships-{number}-id": post.pk,
            f"memberships-{number}-user": user.pk,
            f"memberships-{number}-organization": post.organization_id,
            f"memberships-{number}-role": post.role,
            f"memberships-{number}-start_date": post.start_date,
        }
    return data | fields


def test_an_account_needs_a_post(city, client):
    client.force_login(city.organizer)
    add = reverse("admin:accounts_user_add")
    refused = client.post(add, posted(None, password_new="long-enough-1"))
    assert refused.status_code == 200
    assert not User.objects.filter(username="xin").exists()
    post = {
        "memberships-0-organization": city.town.pk,
        "memberships-0-role": "keeper",
        "memberships-0-start_date": "2026-11-16",
    }
    assert client.post(add, posted(None, password_new="long-enough-1", **post)).status_code == 302
    assert User.objects.get(username="xin").memberships.get().role == "keeper"


def test_a_lost_second_factor_is_lifted(city, client):
    Authenticator.objects.create(user=city.keeper, type="totp", data={"secret": "x"})
    client.force_login(city.organizer)
    change = reverse("admin:accounts_user_change", args=[city.keeper.pk])
    assert client.post(change, posted(city.keeper)).status_code == 302
    assert Authenticator.objects.filter(user=city.keeper).exists()
    assert client.post(change, posted(city.keeper, mfa_reset="on")).status_code == 302
    assert not Authenticator.objects.filter(user=city.keeper).exists()
