from records.models import Event


def build_event(subject, verb, *, by, at, organization=None, before=None, after=None, note=""):
    """An unsaved Event, for bulk paths; `record_event` is the usual way."""
    return Event(
        at=at,
        actor=by.user,
        actor_label=by.label[:80],
        door=by.door,
        address=by.address,
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        organization=organization,
        before=before or {},
        after=after or {},
        note=note,
    )


def record_event(subject, verb, *, by, at, organization=None, before=None, after=None, note=""):
    """Write down that `by` did `verb` to `subject`; call it inside the transaction of the deed itself."""
    event = build_event(
        subject, verb, by=by, at=at, organization=organization, before=before, after=after, note=note
    )
    event.save(force_insert=True)
    return event
