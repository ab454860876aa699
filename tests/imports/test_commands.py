"""`import_roster` and its sisters at the console."""

import json

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from representatives.models import Mandate
from tests.imports.books import roster, roster_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(city, tmp_path, capsys):
    """Run import_roster on these rows: (exit code, what it printed)."""

    def run(*rows, **options):
        path = tmp_path / "名册.xlsx"
        path.write_bytes(roster(*rows).getvalue())
        code = 0
        try:
            call_command("import_roster", path, **options)
        except SystemExit as end:
            code = end.code
        return code, capsys.readouterr().out

    return run


def test_json_is_all_that_is_printed(run):
    code, printed = run(roster_row(1), roster_row(2), json=True)
    assert code == 0
    assert json.loads(printed) == {"rows": 2, "created": 2, "updated": 0, "unchanged": 0, "faults": []}
    assert Mandate.objects.filter(certificate_number__startswith="WF").count() == 2


def test_a_dry_run_changes_nothing_and_tells_what_would_be(run):
    code, printed = run(roster_row(1), roster_row(2, 性别="未知"), json=True, dry_run=True)
    told = json.loads(printed)
    assert (code, told["created"], Mandate.objects.filter(certificate_number__startswith="WF").count()) == (
        0,
        1,
        0,
    )
    assert told["faults"] == [
        {"row": 5, "column": "性别", "message": "没有「未知」这种性别，只能填：男、女。"}
    ]


def test_faulty_rows_keep_everything_out(run):
    code, printed = run(roster_row(1), roster_row(2, 性别="未知"), json=True)
    told = json.loads(printed)
    assert (code, told["rows"], told["created"], len(told["faults"])) == (1, 2, 0, 1)
    assert not Mandate.objects.filter(certificate_number__startswith="WF").exists()


def test_faulty_rows_left_out(run, tmp_path):
    out = tmp_path / "问题.xlsx"
    code, printed = run(roster_row(1), roster_row(2, 性别="未知"), skip_faulty=True, faults_to=out)
    assert code == 0
    assert "第 5 行 「性别」" in printed and "新增 1" in printed and "有问题 1" in printed
    assert Mandate.objects.get(certificate_number__startswith="WF").certificate_number == "WF202200001"
    rows = list(load_workbook(out).active.iter_rows(values_only=True))
    assert (len(rows), rows[0][-1], rows[1][1]) == (2, "问题", "WF202200002")


def test_rows_outside_the_named_organisation(run):
    code, printed = run(roster_row(1), organization="370725", json=True)
    assert (code, [fault["column"] for fault in json.loads(printed)["faults"]]) == (1, ["县市区"])


def test_an_unknown_organisation(run):
    with pytest.raises(CommandError, match="没有代码为 999 的组织"):
        run(roster_row(1), organization="999")


def test_a_refused_file(city, tmp_path, capsys):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(b"abc")
    with pytest.raises(CommandError, match="这不是 Excel 工作簿") as refused:
        call_command("import_roster", path, json=True)
    assert refused.value.returncode == 2
    assert capsys.readouterr().out == ""


def test_no_file(city, tmp_path):
    with pytest.raises(CommandError, match="读不了文件"):
        call_command("import_matters", tmp_path / "none.xlsx")
