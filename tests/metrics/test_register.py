"""The register itself, and every figure of the small demo city against its own records."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organization
from petitions.enums import Kind, Status
from records.metrics import Pair, compute, compute_all, declared_metrics, get_metric, records_of
from representatives.enums import Level
from tests.demo.conftest import REPORT_DAY, TODAY

METRICS = declared_metrics()
COUNTED = [metric for metric in METRICS if not metric.ratio]
PERIODS = [(date(2022, 1, 1), REPORT_DAY), (date(2022, 3, 1), date(2022, 6, 30)), (date(2026, 1, 1), TODAY)]
SCOPED = (
    "mandates",
    "frontline",
    "groups",
    "venues",
    "collected",
    "answered",
    "resolved",
    "overdue",
    "state_handling",
)


def root():
    return Organization.objects.get(code="3707")


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.code)
def test_a_figure_says_what_it_counts(metric):
    assert metric.unit in (
        "名",
        "个",
        "条",
        "件",
        "元",
        "场",
        "场次",
        "人次",
        "期",
        "学时",
        "份",
        "对",
        "次",
        "项",
        "%",
    )
    assert metric.pair in Pair.values
    assert len(metric.definition) >= 10
    assert (metric.unit == "%") == bool(metric.ratio)
    assert bool(metric.queryset) != bool(metric.ratio)
    assert all(get_metric(code).queryset for code in metric.ratio or ())


def test_each_pair_has_figures():
    assert {metric.pair for metric in METRICS} == set(Pair.values)


def made_of(rows, metric):
    """The number of records, of different things among them, or what they add up to."""
    if metric.distinct:
        return len(set(rows.values_list(metric.distinct, flat=True)))
    return sum(getattr(row, metric.total) or 0 for row in rows) if metric.total else len(rows)


@pytest.mark.parametrize(("start", "as_of"), PERIODS)
def test_a_figure_is_the_number_of_its_records(demo_city, start, as_of):
    figures = compute_all(root(), start, as_of, COUNTED)
    counted = {figure.metric.code: figure.value for figure in figures}
    listed = {metric.code: made_of(records_of(metric, root(), start, as_of), metric) for metric in COUNTED}
    assert counted == listed
    assert counted["collected"] > 0


@pytest.mark.parametrize(("start", "as_of"), PERIODS)
def test_parts_make_up_the_whole(demo_city, start, as_of):
    value = {figure.metric.code: figure.value for figure in compute_all(root(), start, as_of)}
    assert sum(value[f"mandates_{level}"] for level in Level.values) == value["mandates"]
    assert sum(value[f"frontline_{level}"] for level in Level.values) == value["frontline"]
    assert sum(value[f"collected_{kind}"] for kind in Kind.values) == value["collected"]
    assert sum(value[f"state_{status}"] for status in Status.values) == value["collected"]
    assert sum(number for code, number in value.items() if code.startswith("channel_")) == value["collected"]
    assert value["workrooms"] + value["stations"] == value["venues"]
    assert value["resolved"] <= value["answered"] <= value["collected"]
    assert value["state_archived"] <= value["fed_back"] <= value["answered"]
    assert value["answer_rate"] == round(value["answered"] / value["collected"] * 100, 1)


@pytest.mark.parametrize(("start", "as_of"), PERIODS)
def test_counties_make_up_the_city(demo_city, start, as_of):
    summed = dict.fromkeys(SCOPED, 0)
    for county in Organization.objects.county_level():
        for code in SCOPED:
            summed[code] += compute(get_metric(code), county, start, as_of).value
    assert summed == {code: compute(get_metric(code), root(), start, as_of).value for code in SCOPED}


def test_the_day_of_the_report_is_not_changed_by_what_came_later(demo_city):
    """All matters of 2022 are archived by now, yet on 28 October some were still being handled."""
    on_the_day = compute(get_metric("state_handling"), root(), date(2022, 1, 1), REPORT_DAY).value
    today = compute(get_metric("state_archived"), root(), date(2022, 1, 1), TODAY).value
    assert on_the_day > 0
    assert today > compute(get_metric("state_archived"), root(), date(2022, 1, 1), REPORT_DAY).value


def test_a_rate_over_nothing_is_not_zero(demo_city):
    figure = compute(get_metric("answer_rate"), root(), date(2023, 5, 1), date(2023, 5, 2))
    assert figure.value is None


def ask(*options):
    told = io.StringIO()
    call_command("metrics", *options, stdout=told)
    return told.getvalue()


def test_the_command_gives_code_and_value(demo_city):
    value = json.loads(ask("--as-of", "2022-10-28", "--json"))
    assert list(value) == [metric.code for metric in METRICS]
    assert (value["collected"], value["resolved"], value["venues"]) == (420, 137, 229)


def test_the_command_takes_a_place_and_a_period(demo_city):
    county = json.loads(
        ask("--organization", "370783", "--from", "2022-03-01", "--as-of", "2022-04-30", "--json")
    )
    place = Organization.objects.get(code="370783")
    expected = compute(get_metric("collected"), place, date(2022, 3, 1), date(2022, 4, 30)).value
    assert county["collected"] == expected
    assert 0 < county["workrooms"] < 77


def test_the_table_names_everything(demo_city):
    table = ask("--as-of", "2022-10-28")
    for metric in METRICS:
        assert metric.code in table


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--organization", "999999"], "没有代码为 999999 的组织"),
        (["--from", "2026-01-01", "--as-of", "2025-01-01"], "起始日不能晚于截至日"),
    ],
)
def test_odd_questions_get_a_sentence(demo_city, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        ask(*options)
