"""The hash chain over events. Writers never queue behind it: batches are sealed afterwards, by a beat job.

An event that commits late, with a lower id than its neighbours, simply lands in the next seal. Keep the head hash
printed by `manage.py verify_events` somewhere else, and nobody can rewrite the past unnoticed.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, Max, OuterRef

from records.models import Event, Seal, SealEntry

GENESIS = "0" * 64
BATCH = 5000
ROWS_PER_STATEMENT = 1000
LATE_IDS = 200_000
"""How far below the highest sealed id a late transaction may still commit; `verify_chain` reports later ones."""

FIELDS = (
    "id",
    "at",
    "actor_id",
    "actor_label",
    "door",
    "address",
    "verb",
    "subject_type",
    "subject_id",
    "organization_id",
    "before",
    "after",
    "note",
)


def event_digest(row):
    """sha256 over the canonical form of one event (a dict of FIELDS): JSON list in the order of FIELDS, keys
    sorted, UTF-8, the moment in UTC with microseconds."""
    values = [row[name] for name in FIELDS]
    values[1] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def chain_digest(previous, digests):
    chained = hashlib.sha256(previous.encode())
    for digest in digests:
        chained.update(digest.encode())
    return chained.hexdigest()


def unsealed_events():
    """Committed events without a seal, oldest first."""
    highest = SealEntry.objects.aggregate(highest=Max("event_id"))["highest"] or 0
    sealed = SealEntry.objects.filter(event_id=OuterRef("pk"))
    return Event.objects.filter(~Exists(sealed), pk__gt=highest - LATE_IDS).order_by("pk")


def _strays():
    """Events without a seal, so far below the sealed ones that no late transaction explains them.

    Asked in one query, not by counting three tables: people work and seals are set while a chain is verified.
    """
    highest = SealEntry.objects.aggregate(highest=Max("event_id"))["highest"] or 0
    sealed = SealEntry.objects.filter(event_id=OuterRef("pk"))
    return Event.objects.filter(~Exists(sealed), pk__lte=highest - LATE_IDS)


def seal_events(*, at, batch=BATCH, progress=lambda sealed: None):
    """Seal everything that is committed by now, in batches. Returns the number of events sealed.

    Reading and hashing happen outside the transaction; if another sealer was quicker, its seal stands and this
    one stops.
    """
    sealed = 0
    while rows := list(unsealed_events().values(*FIELDS)[:batch]):
        last = Seal.objects.order_by("-number").first()
        digests = [event_digest(row) for row in rows]
        previous = last.digest if last else GENESIS
        seal = Seal(
            number=last.number + 1 if last else 1,
            previous_digest=previous,
            digest=chain_digest(previous, digests),
            count=len(rows),
            sealed_at=at,
        )
        try:
            with transaction.atomic():
                seal.save(force_insert=True)
                _write_entries(seal, rows, digests)
        except IntegrityError:
            break
        sealed += len(rows)
        progress(sealed)
        if len(rows) < batch:
            break
    return sealed


def _write_entries(seal, rows, digests):
    """Plain INSERTs: an entry is four values, and a first import leaves 150,000 of them."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in ("seal_id", "position", "event_id", "digest"))
    entries = [
        (seal.pk, position, row["id"], digest)
        for position, (row, digest) in enumerate(zip(rows, digests, strict=True), start=1)
    ]
    with connection.cursor() as cursor:
        for start in range(0, len(entries), ROWS_PER_STATEMENT):
            part = entries[start : start + ROWS_PER_STATEMENT]
            marks = ", ".join(["(%s, %s, %s, %s)"] * len(part))
            values = [value for entry in part for value in entry]
            cursor.execute(
                f"INSERT INTO {quote(SealEntry._meta.db_table)} ({columns}) VALUES {marks}", values
            )


@dataclass
class ChainReport:
    seals: int = 0
    events: int = 0
    pending: int = 0
    head: str = GENESIS
    faults: list[str] = field(default_factory=list)


def verify_chain(*, kept_head=None):
    """Recompute the whole chain and compare. Each fault is a Chinese sentence that names the row."""
    report = ChainReport()
    heads = {GENESIS}
    for seal in Seal.objects.order_by("number"):
        report.seals += 1
        if seal.number != report.seals:
            report.faults.append(f"封印缺号：应为第{report.seals}号，实为第{seal.number}号。")
            report.seals = seal.number
        if seal.previous_digest != report.head:
            report.faults.append(f"第{seal.number}号封印与上一封印接不上。")
        _verify_seal(seal, report)
        report.head = seal.digest
        heads.add(seal.digest)
    report.pending = unsealed_events().count()
    strays = _strays().count()
    if strays:
        report.faults.append(f"有{strays}条留痕夹在已封存的编号之间，却不在任何封印里，可能是事后插入。")
    if kept_head and kept_head not in heads:
        report.faults.append(f"另存的封印 {kept_head[:12]}… 不在现有链上，链可能被整体改写。")
    return report


def _verify_seal(seal, report):
    entries = list(seal.entries.order_by("position").values_list("position", "event_id", "digest"))
    if [position for position, _event, _digest in entries] != list(range(1, seal.count + 1)):
        report.faults.append(f"第{seal.number}号封印应有{seal.count}条，条目缺失或多出。")
    if chain_digest(seal.previous_digest, [digest for _p, _e, digest in entries]) != seal.digest:
        report.faults.append(f"第{seal.number}号封印的条目被改动或调换过次序。")
    rows = {
        row["id"]: row
        for start in range(0, len(entries), 900)
        for row in Event.objects.filter(pk__in=[e for _p, e, _d in entries[start : start + 900]]).values(
            *FIELDS
        )
    }
    for _position, event_id, digest in entries:
        if event_id not in rows:
            report.faults.append(f"留痕 {event_id} 已被删除（第{seal.number}号封印）。")
        elif event_digest(rows[event_id]) != digest:
            report.faults.append(f"留痕 {event_id} 的内容被改动（第{seal.number}号封印）。")
    report.events += len(rows)
