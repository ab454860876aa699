"""`manage.py plan_month`: what it says, what it refuses, and that a second run changes nothing."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from studios.models import Duty, ReceptionDay, ReceptionRule

pytestmark = pytest.mark.django_db


@pytest.fixture
def month():
    first = timezone.localdate().replace(day=1)
    return (first + timedelta(days=32)).strftime("%Y-%m")


def told(capsys):
    return json.loads(capsys.readouterr().out)


def test_it_plans_and_a_second_run_changes_nothing(workroom, calendar, month, capsys):
    call_command("plan_month", month, "--json")
    first = told(capsys)
    assert (first["month"], first["venues"], first["unfilled"], first["dropped"]) == (month, 1, [], [])
    assert first["new_days"] == first["days"] == ReceptionDay.objects.count() > 0
    assert first["added"] == first["assigned"] == first["seats"] == Duty.objects.count()
    before = list(Duty.objects.order_by("pk").values())
    call_command("plan_month", month, "--json")
    second = told(capsys)
    assert (second["new_days"], second["added"], second["removed"]) == (0, 0, 0)
    assert list(Duty.objects.order_by("pk").values()) == before


def test_it_tells_in_chinese(workroom, calendar, month, capsys):
    ReceptionRule.objects.update(seats=3)
    call_command("plan_month", month, "--organization", "370783")
    words = capsys.readouterr().out
    days = ReceptionDay.objects.count()
    assert f"1 个工作室（站），{days} 个接待日（新列 {days}），{days * 3} 个席位" in words
    # Five people, no two adjacent days: the second day lacks one, and that is said with the reason.
    assert words.count("未排满") == ReceptionDay.objects.exclude(unfilled_reason="").count() > 0
    assert "洛城街道党代表工作室" in words


def test_only_the_place_that_was_named(workroom, calendar, month):
    with pytest.raises(CommandError, match="请先给它们设定接待日规则"):
        call_command("plan_month", month, "--organization", "370725")
    assert not ReceptionDay.objects.exists()


@pytest.mark.parametrize(
    "wrong, told",
    [
        ("2026-13", "写成 2026-12"),
        ("十二月", "写成 2026-12"),
        ("2020-01", "已经过去"),
        ("9998-01", "两年以后"),
    ],
)
def test_wrong_months(workroom, wrong, told):
    with pytest.raises(CommandError, match=told):
        call_command("plan_month", wrong)
    assert not ReceptionDay.objects.exists()


def test_wrong_organization_and_no_rules(city, workroom, month):
    with pytest.raises(CommandError, match="没有代码为 999 的组织"):
        call_command("plan_month", month, "--organization", "999")
    ReceptionRule.objects.all().delete()
    with pytest.raises(CommandError, match="请先给它们设定接待日规则"):
        call_command("plan_month", month)
