from celery import shared_task
from django.utils import timezone

from accounts.rest.authentication import delete_expired_tokens
from accounts.rest.idempotency import delete_expired_replies


@shared_task(name="accounts.tasks.forget_expired", ignore_result=True)
def forget_expired():
    """Tokens that open nothing any more, and remembered replies whose time is over."""
    at = timezone.now()
    delete_expired_tokens(at=at)
    delete_expired_replies(at=at)
