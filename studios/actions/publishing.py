"""Telling those who sit on a published day, each of them once."""

from studios.enums import ReminderKind
from studios.models import DutyReminder
from studios.notices import tell_sitter


def tell_published(day, duties, *, at):
    """Each sitter once, however often this is called: what was sent is kept in a row that can be there only once."""
    for duty in duties:
        _reminder, is_new = DutyReminder.objects.get_or_create(
            duty=duty, kind=ReminderKind.PUBLISHED, defaults={"sent_at": at}
        )
        if is_new:
            duty.day = day
            others = "、".join(one.person.name for one in duties if one.pk != duty.pk)
            tell_sitter(duty, "请您驻室接待", at=at, body=f"与{others}代表同班" if others else "")
