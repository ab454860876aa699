"""The whole city once: the numbers of the report, exactly, and nothing in it that disagrees."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count

from accounts.models import Organization
from portal.demo.city import build_city
from portal.verification import verify_house
from records.metrics import compute_all, get_metric, records_of
from representatives.models import Group, Mandate
from tests.demo.conftest import NOW, REPORT_DAY, TODAY

# The second engine is asked the same of the small city.
pytestmark = pytest.mark.once

EXPECTED = {
    "mandates": 14_264,
    "persons": 13_722,
    "mandates_national": 4,
    "mandates_provincial": 56,
    "mandates_city": 560,
    "mandates_county": 3_900,
    "mandates_town": 9_744,
    "frontline": 7_563,
    "frontline_national": 2,
    "frontline_provincial": 26,
    "frontline_city": 223,
    "frontline_county": 1_861,
    "frontline_town": 5_451,
    "groups": 713,
    "groups_frontline": 378,
    "seated_frontline": 7_535,
    "venues": 229,
    "workrooms": 77,
    "stations": 152,
    "collected": 21_000,
    "resolved": 6_873,
    "sessions_city_frontline": 2_600,
    "visits": 9_500,
    "helpers": 8_300,
    "frontline_coverage": 100.0,
    "pairs_representative": 740,
    "pairs_cadre": 740,
    "links_frontline": 7_563,
    "training_frontline": 7_563,
    "training_frontline_rate": 100.0,
}


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor != "sqlite",
    reason="two minutes: the whole city is built once, on the embedded engine; the small one on both",
)
def test_the_city_of_the_report(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("setup", verbosity=0)
    build_city(scale=1.0, at=NOW, today=TODAY)
    root = Organization.objects.get(code="3707")
    value = {figure.metric.code: figure.value for figure in compute_all(root, date(2022, 1, 1), REPORT_DAY)}
    assert {code: value[code] for code in EXPECTED} == EXPECTED
    # R33: 14,000 and more attendances; R31: a tenth of them in main classes.
    assert 14_000 <= value["attendances"] < 15_000
    assert value["training_main_class_rate"] >= 10
    changle = Organization.objects.get(code="370725")
    told = {figure.metric.code: figure.value for figure in compute_all(changle, date(2022, 1, 1), REPORT_DAY)}
    assert (told["clues"], told["clues_mediated"]) == (158, 88)
    assert str(told["money_recovered"]) == "1610000.00"
    paid = records_of(get_metric("money_recovered"), changle, date(2022, 1, 1), REPORT_DAY)
    assert sum(row.amount for row in paid) == 1_610_000
    assert [(check.code, check.faults) for check in verify_house(on=TODAY) if check.faults] == []
    # 378 groups of frontline mandates (R14), about 20 in each.
    frontline = Mandate.objects.frontline().exclude(group=None)
    assert frontline.values("group").distinct().count() == 378
    assert 19 <= frontline.count() / 378 <= 21
    sizes = Group.objects.annotate(size=Count("mandates")).values_list("size", flat=True)
    assert sum(1 for size in sizes if 15 <= size <= 25) >= 0.98 * len(sizes)
