"""The secret address under which a representative's calendar program reads her duties: made, made anew, closed."""

import hashlib
import secrets

from django.db import transaction

from accounts.errors import NotAllowed
from records.actions import record_event
from studios.models import CalendarFeed


def token_hash(token):
    """The token has 160 random bits: a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def open_feed(person, *, by, at):
    """(CalendarFeed, token). The token is told this once; an address that was open before is closed."""
    _check_own(person, by)
    _close(person, by=by, at=at)
    token = secrets.token_urlsafe(20)
    feed = CalendarFeed.objects.create(person=person, token_hash=token_hash(token), created_at=at)
    record_event(feed, "opened", by=by, at=at)
    return feed, token


@transaction.atomic
def close_feed(person, *, by, at):
    _check_own(person, by)
    return _close(person, by=by, at=at)


def _close(person, *, by, at):
    open_feeds = list(CalendarFeed.objects.select_for_update().filter(person=person, revoked_at=None))
    for feed in open_feeds:
        feed.revoked_at = at
        feed.save(update_fields=["revoked_at"])
        record_event(feed, "revoked", by=by, at=at)
    return bool(open_feeds)


def feed_of(token):
    """The open feed with this token, or None; of an account that was closed nobody reads on."""
    return (
        CalendarFeed.objects.filter(
            token_hash=token_hash(token), revoked_at=None, person__user__is_active=True
        )
        .select_related("person")
        .first()
    )


def note_read(feed, *, on):
    """A calendar program has read it; kept by the day, so that reading every few minutes writes nothing."""
    if feed.last_read_on != on:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_on=on)


def _check_own(person, by):
    if by.user is None or person.user_id != by.user.pk:
        raise NotAllowed("只能开通自己的日历订阅。")
