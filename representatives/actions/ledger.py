"""The one way to write the duty ledger, and the one way to take a line back."""

from representatives.models import DutyRecord


def write_duty_record(mandate, kind, *, on, source, quantity=1):
    """One line of the duty ledger; a second call for the same source changes nothing, unless the line was reversed."""
    record, is_new = DutyRecord.objects.get_or_create(
        mandate=mandate,
        kind=kind,
        source_type=source._meta.label_lower,
        source_id=source.pk,
        defaults={"on": on, "quantity": quantity},
    )
    if not is_new and record.reversed_at is not None:
        record.on, record.quantity, record.reversed_at = on, quantity, None
        record.save(update_fields=["on", "quantity", "reversed_at"])


def write_duty_records(kind, lines, *, model):
    """Many lines of one kind at once: (mandate id, source id, day, quantity) for each, of rows of `model`. As with one,
    what is there already stays, unless it was reversed."""
    label = model._meta.label_lower
    lines = {(mandate, source): (on, quantity) for mandate, source, on, quantity in lines}
    rows = [
        DutyRecord(
            mandate_id=mandate, kind=kind, on=on, quantity=quantity, source_type=label, source_id=source
        )
        for (mandate, source), (on, quantity) in lines.items()
    ]
    DutyRecord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    sources = sorted({source for _mandate, source in lines})
    for start in range(0, len(sources), 500):
        reversed_ones = DutyRecord.objects.filter(
            kind=kind, source_type=label, source_id__in=sources[start : start + 500]
        ).exclude(reversed_at=None)
        back = [row for row in reversed_ones if (row.mandate_id, row.source_id) in lines]
        for row in back:
            row.on, row.quantity = lines[row.mandate_id, row.source_id]
            row.reversed_at = None
        DutyRecord.objects.bulk_update(back, ["on", "quantity", "reversed_at"], batch_size=500)


def reverse_duty_records(sources, *, at):
    """Take back what these rows of one model have put into the ledger: the lines stay, and no longer count."""
    sources = list(sources)
    if sources:
        DutyRecord.objects.standing().filter(
            source_type=sources[0]._meta.label_lower, source_id__in=[source.pk for source in sources]
        ).update(reversed_at=at)
