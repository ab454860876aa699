from celery import shared_task
from django.utils import timezone

from accounts import channels
from accounts.rest.authentication import delete_expired_tokens
from accounts.rest.idempotency import delete_expired_replies


@shared_task(name="accounts.tasks.forget_expired", ignore_result=True)
def forget_expired():
    """Tokens that open nothing any more, and remembered replies whose time is over."""
    at = timezone.now()
    delete_expired_tokens(at=at)
    delete_expired_replies(at=at)


@shared_task(name="accounts.tasks.deliver_notices", ignore_result=True)
def deliver_notices(delivery_ids):
    for delivery_id in delivery_ids:
        channels.deliver(delivery_id, at=timezone.now())


@shared_task(name="accounts.tasks.sweep_deliveries", ignore_result=True)
def sweep_deliveries():
    channels.sweep_deliveries(at=timezone.now())
