"""Rules about the shape of the house, as tests."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {
    "accounts": set(),
    "workdays": {"accounts", "records"},
    "records": {"accounts", "workdays"},
    "representatives": {"accounts", "workdays", "records"},
    "studios": {"accounts", "workdays", "records", "representatives"},
    "petitions": {"accounts", "workdays", "records", "representatives", "studios"},
    "training": {"accounts", "workdays", "records", "representatives", "studios", "petitions"},
    "evaluations": {
        "accounts",
        "workdays",
        "records",
        "representatives",
        "studios",
        "petitions",
        "training",
    },
    "portal": {
        "accounts",
        "workdays",
        "records",
        "representatives",
        "studios",
        "petitions",
        "training",
        "evaluations",
    },
}
"""Which rooms a room may look into. The ground rooms may see each other, but accounts sees none."""

# Pure algorithms live without Django, so that they can be read and tested alone.
PURE = [
    "workdays/calendar.py",
    "workdays/notices.py",
    "representatives/grouping.py",
    "evaluations/point_words.py",
    "evaluations/scoring.py",
    "training/responsibility.py",
    "training/suggesting.py",
    *(
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "representatives/group_proposals").glob("*.py"))
    ),
    "petitions/chat.py",
    "petitions/escalation.py",
    "petitions/similarity.py",
    "petitions/suggestion.py",
    "petitions/topics.py",
    "studios/reception_text.py",
    "studios/recurrence.py",
    "studios/roster.py",
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "studios/rostering").glob("*.py"))),
]


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def sources(room):
    return [p for p in (ROOT / room).rglob("*.py") if "__pycache__" not in p.parts]


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room):
    rooms = set(ROOMS) | {"weifang_liaison"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(room)
        for name in imports_of(path)
        if name in rooms - ROOMS[room] - {room}
    ]
    assert wrong == []


@pytest.mark.parametrize("path", PURE)
def test_pure_modules_know_no_django(path):
    assert {"django"} & set(imports_of(ROOT / path)) == set()


def test_no_drawer_for_everything():
    names = {"common", "utils", "helpers", "misc"}
    found = [p for room in ROOMS for p in sources(room) if names & {p.stem, p.parent.name}]
    assert found == []


def test_files_stay_readable():
    """Past about 400 lines a file is split by noun."""
    long = {
        str(p.relative_to(ROOT)): lines
        for room in [*ROOMS, "weifang_liaison"]
        for p in sources(room)
        if "migrations" not in p.parts and (lines := len(p.read_text(encoding="utf-8").splitlines())) > 420
    }
    assert long == {}


def test_only_the_doors_read_the_clock():
    """The clock enters at the door (`at=`, `on=`); verbs, rules and tables never look at it themselves."""
    inner = ["actions.py", "moves.py", "deadlines.py", "numbers.py", "calendar.py"]
    wrong = [
        str(p.relative_to(ROOT))
        for room in ROOMS
        for p in sources(room)
        if (p.name in inner or p.parent.name in ("actions", "moves"))
        and "timezone.now(" in p.read_text(encoding="utf-8")
    ]
    assert wrong == []
