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


def reverse_duty_records(sources, *, at):
    """Take back what these rows of one model have put into the ledger: the lines stay, and no longer count."""
    sources = list(sources)
    if sources:
        DutyRecord.objects.standing().filter(
            source_type=sources[0]._meta.label_lower, source_id__in=[source.pk for source in sources]
        ).update(reversed_at=at)
