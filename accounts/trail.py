"""How this room leaves a trace although it knows no other room: `records` puts its `record_event` here on loading."""

_recorder = None


def keep_trail_with(recorder):
    global _recorder
    _recorder = recorder


def leave_trail(subject, verb, **told):
    """`record_event(subject, verb, by=, at=, organization=, before=, after=, note=)`."""
    return _recorder(subject, verb, **told)
