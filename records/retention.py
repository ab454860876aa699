"""How long personal data is kept: kinds of data that upper rooms declare, and the job that lets go of it (PIPL Art. 19).

register_retained(Retained("petition", "意见建议的反映人信息", "办结", due=…, why_held=…, forget=…))
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from records.metrics import Reader
from records.models import RetentionReport, RetentionRule

DATA = Path(__file__).parent / "data"
CHUNK = 200


@dataclass(frozen=True)
class Retained:
    """One kind of data that has a term.

    due(days, at) → QuerySet of what is past its term, held or not; `counted_from` says since when it runs
    why_held(rows, at) → {pk: why} for those of the rows (a list) that must wait
    forget(row, by, at, note) → anonymise or delete one row, in its own transaction; True if there was something to do
    """

    code: str
    label: str
    counted_from: str
    due: Any
    why_held: Any
    forget: Any


_RETAINED = {}


def register_retained(retained):
    _RETAINED[retained.code] = retained


def label_of(code):
    retained = _RETAINED.get(code)
    return retained.label if retained else code


def all_retained():
    return list(_RETAINED.values())


def active_rules():
    """[(rule, retained)] of the rules that are on and whose kind of data is known."""
    rules = RetentionRule.objects.filter(is_active=True)
    return [(rule, _RETAINED[rule.what]) for rule in rules if rule.what in _RETAINED]


def preview(*, at, visible=None, most=50):
    """What a run would do now, rule by rule: counts, and the first rows with why they are held.

    `visible(rows)` gives (rows that are counted, rows that are named) for the reader, or None where the kind of data is
    not told to her at all; see `seen_by`.
    """
    told = []
    for rule, retained in active_rules():
        rows = retained.due(rule.days, at)
        told_to_her = visible(rows) if visible else (rows, rows)
        if told_to_her is None:
            continue
        counted, nameable = told_to_her
        count = counted.count()
        # Of most kinds nothing is due: they are counted, and asked no further.
        named = list(nameable[:most]) if count else []
        held = retained.why_held(named, at)
        told.append(
            {
                "rule": rule,
                "retained": retained,
                "count": count,
                "rows": [(row, held.get(row.pk, "")) for row in named],
            }
        )
    return told


def seen_by(user, *, runs):
    """The `visible` of a preview for this reader. Who `runs` the job is told how much there is in the whole city, but
    for what she must not know of; everybody else what she may see, and no kind of rows that knows no reader."""
    reader = Reader(user)

    def visible(rows):
        seen = getattr(rows.model.objects.all(), "visible_to", None)
        hers = rows.filter(pk__in=seen(user).values("pk")) if seen else rows.none()
        if runs:
            return reader.narrow(rows), hers
        return (hers, hers) if seen else None

    return visible


def name_of(row):
    """What a row is called without naming a person: its number, else what it is."""
    return getattr(row, "number", "") or f"{row._meta.verbose_name} {row.pk}"


def apply_retention(*, by, at, job=None, progress=lambda done, total, message: None):
    """Let go of everything whose time is up. Run again, it finds nothing left to do. Returns the RetentionReport."""
    lines, totals = [], Counter()
    planned = [(rule, retained, _ids(rule, retained, at)) for rule, retained in active_rules()]
    total = sum(len(ids) for _rule, _retained, ids in planned)
    seen = 0
    for rule, retained, ids in planned:
        done, held = 0, Counter()
        for start in range(0, len(ids), CHUNK):
            # Read anew, chunk by chunk: what was reopened meanwhile is no longer due.
            rows = list(retained.due(rule.days, at).filter(pk__in=ids[start : start + CHUNK]))
            waiting = retained.why_held(rows, at)
            for row in rows:
                if row.pk in waiting:
                    held[waiting[row.pk]] += 1
                elif retained.forget(row, by=by, at=at, note=_note(rule, retained)):
                    done += 1
                seen += 1
                progress(seen, total, f"{retained.label}：已处理 {done} 项")
        lines.append(_line(rule, retained, done, held))
        totals.update(done=done, held=sum(held.values()))
    return RetentionReport.objects.create(
        ran_at=at, started_by=by.user, job=job, lines=lines, done=totals["done"], held=totals["held"]
    )


def _ids(rule, retained, at):
    return list(retained.due(rule.days, at).order_by("pk").values_list("pk", flat=True))


def _note(rule, retained):
    return f"保留期满（{retained.counted_from} {rule.days} 天），{rule.source}"[:500]


def _line(rule, retained, done, held):
    return {
        "what": rule.what,
        "label": str(retained.label),
        "days": rule.days,
        "source": rule.source,
        "done": done,
        "held": dict(held),
    }


@transaction.atomic
def load_retention_rules():
    """The starting terms with their sources; what staff have changed since stays. Returns how many were new."""
    created = 0
    with (DATA / "retention_rules.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            defaults = {"days": row["days"], "source": row["source"]}
            created += RetentionRule.objects.get_or_create(what=row["what"], defaults=defaults)[1]
    return created
