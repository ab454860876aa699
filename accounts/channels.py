"""Channels beside the bell: which addresses are let in, sending, and trying again (apprise speaks to the services).

Offices sit on closed networks, and an address is typed by a user: it may only lead to a service with an address of its
own (NOTICE_SERVICES) or to a host that the administrator named with its scheme (NOTICE_HOSTS), or the house itself could
be made to knock at any door inside.
"""

import logging
import re
from datetime import timedelta

import apprise
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts.enums import DeliveryState, NoticeKind, Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.masking import scrub_numbers
from accounts.models import Membership, NoticeChannel, NoticeDelivery
from accounts.scope import Scope
from accounts.secrets import seal, unseal
from accounts.trail import leave_trail

log = logging.getLogger(__name__)

PURPOSE = "notice-channel"
MOST_CHANNELS = 10
MOST_ATTEMPTS = 5
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""How long to wait after each failure."""
LOST_AFTER = timedelta(minutes=10)
NUMBER = re.compile(r"[0-9A-Z][0-9A-Z\-]{5,29}")
DISCREET = "您有一条新通知，请登录系统查看。"
TITLE = "党代表联络"
AGENT = "weifang-liaison"
"""Goes into a header, so it is plain ASCII."""
NOT_REACHED = "没有送达：对方没有接收或连不上。请核对地址和令牌后点「发一条试试」。"
UNREADABLE = "保存的地址读不出来了（系统密钥已更换），请删除后重新添加。"
UNCLEAR = "发送时中断，不清楚对方是否收到；为免重复没有再发，请到站内通知查看。"


def allowed_targets():
    """What the page tells: the services and hosts that are let in."""
    return [f"{name}://" for name in settings.NOTICE_SERVICES] + list(settings.NOTICE_HOSTS)


def open_address(address):
    """The apprise object of an address that is let in. Raises InvalidInput({"address": …})."""
    scheme = address.partition("://")[0].lower()
    hosts = {word.partition("://")[0].lower() for word in settings.NOTICE_HOSTS}
    if scheme not in {*settings.NOTICE_SERVICES, *hosts}:
        words = "、".join(allowed_targets())
        raise InvalidInput({"address": [f"这种地址没有开放。可用的有：{words}；需要别的请联系管理员。"]})
    # Where a host is told to come back elsewhere, we do not follow: only the host itself was let in.
    asset = apprise.AppriseAsset(storage_mode="memory", http_redirects=False, app_id=AGENT, app_desc=AGENT)
    target = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if target is None:
        raise InvalidInput({"address": ["地址写得不完整，请对照示例和服务方给的令牌核对。"]})
    target.redirects = False
    if scheme not in settings.NOTICE_SERVICES and _place(scheme, target) not in _hosts():
        raise InvalidInput({"address": ["管理员没有开放这台主机，请联系管理员添加（NOTICE_HOSTS）。"]})
    return target


def _hosts():
    return {word.lower().rstrip("/") for word in settings.NOTICE_HOSTS}


def _place(scheme, target):
    """Where it would really knock: for mail that is the SMTP server, which an address may name apart."""
    host = getattr(target, "smtp_host", "") or target.host or ""
    port = f":{target.port}" if getattr(target, "port", None) and not hasattr(target, "smtp_host") else ""
    return f"{scheme}://{host}{port}".lower()


def add_channel(*, by, at, name, address, kinds, organization=None):
    """Keep a channel of one's own, or of an office one works for. The address is checked, sealed and never shown again."""
    kinds = [kind for kind in NoticeKind.values if kind in kinds]
    errors = {}
    if not (name := " ".join(name.split())[:30]):
        errors["name"] = ["请给它起个名字，如「科室企业微信群」。"]
    if not kinds:
        errors["kinds"] = ["请至少选一类要收的通知。"]
    address = address.strip()
    if not address or len(address) > 500 or "\x00" in address:
        errors["address"] = ["请填写地址，最长 500 个字符。"]
    if errors:
        raise InvalidInput(errors)
    open_address(address)
    if organization is not None and organization.path not in Scope.of(by.user).posts(*Role.desk_roles()):
        raise NotAllowed("只能为自己任职的单位添加值班通知方式。")
    with transaction.atomic():
        if NoticeChannel.objects.kept_by(by.user).count() >= MOST_CHANNELS:
            raise Conflict(f"最多添加 {MOST_CHANNELS} 个通知方式，请先删除不用的。")
        channel = NoticeChannel.objects.create(
            user=None if organization else by.user,
            organization=organization,
            name=name,
            sealed=seal(address, purpose=PURPOSE),
            shown=f"{address.partition('://')[0].lower()}://****",
            kinds=kinds,
            created_at=at,
            created_by=by.user,
        )
        told = {"name": name, "address": channel.shown}
        leave_trail(channel, "created", by=by, at=at, organization=organization, after=told)
    return channel


@transaction.atomic
def remove_channel(channel, *, by, at):
    told = {"name": channel.name, "address": channel.shown}
    leave_trail(channel, "deleted", by=by, at=at, organization=channel.organization, before=told)
    channel.delete()


@transaction.atomic
def switch_channel(channel, *, is_active, by, at):
    if NoticeChannel.objects.filter(pk=channel.pk, is_active=not is_active).update(is_active=is_active):
        told = {"before": {"is_active": not is_active}, "after": {"is_active": is_active}}
        leave_trail(channel, "updated", by=by, at=at, organization=channel.organization, **told)


def try_channel(channel, *, at):
    """Send one line now, so that she sees whether it arrives. Returns the sentence of what went wrong, or ""."""
    error = _send(channel, f"这是一条试发的通知，收到说明「{channel.name}」可以用。")
    _note(channel, error, at=at)
    return error


def plan_deliveries(notices, *, title, body, discreet, at):
    """The same told to several: see `plan_texts`."""
    text = outside_text(title, body, discreet=discreet)
    plan_texts([(notice, text) for notice in notices], at=at)


def plan_texts(told, *, at):
    """Rows for everybody's channels, in the transaction of the notices; they leave once it has committed. A duty phone
    rings once for the same words, however many of the office are told.

    `told` is [(notice, text)], one notice for each user and all of one kind. Two queries, and two more if there is
    anything to send.
    """
    if not told:
        return
    kind = told[0][0].kind
    users = {notice.user_id for notice, _text in told}
    posts = _posts_with_phones(users, at=at)
    channels = NoticeChannel.objects.filter(is_active=True).filter(
        Q(user__in=users) | Q(organization__in={place for places in posts.values() for place in places})
    )
    of_user, of_office = {}, {}
    for channel in channels:
        if kind in channel.kinds:
            home = of_user if channel.user_id else of_office
            home.setdefault(channel.user_id or channel.organization_id, []).append(channel)
    rows = {}
    for notice, text in told:
        for channel in of_user.get(notice.user_id, ()):
            rows[channel.pk, notice.pk] = (notice, channel, text)
        for place in posts.get(notice.user_id, ()):
            for channel in of_office.get(place, ()):
                rows.setdefault((channel.pk, text), (notice, channel, text))
    planned = NoticeDelivery.objects.bulk_create(
        NoticeDelivery(notice=notice, channel=channel, text=text, next_at=at)
        for notice, channel, text in rows.values()
    )
    if ids := [row.pk for row in planned]:
        transaction.on_commit(lambda: _hand_over(ids), robust=True)


def _posts_with_phones(users, *, at):
    """{user: [office]} for posts in offices that have a duty phone."""
    posts = Membership.objects.current(on=timezone.localdate(at)).filter(
        user__in=users,
        role__in=Role.desk_roles(),
        organization__in=NoticeChannel.objects.filter(is_active=True).values("organization"),
    )
    found = {}
    for user, organization in posts.values_list("user", "organization").distinct():
        found.setdefault(user, []).append(organization)
    return found


def outside_text(title, body, *, discreet):
    """What leaves the house: number and title, never a person; of what must not be spoken of, not even the title."""
    if discreet:
        return DISCREET
    number = NUMBER.match(body or "")
    return scrub_numbers(f"{title}（{number.group()}）" if number else title)[:200]


def _hand_over(ids):
    from accounts.tasks import deliver_notices

    try:
        deliver_notices.delay(ids)
    except (OperationalError, RedisError, OSError):
        log.warning("broker not reached; the sweep will send %s notices", len(ids))


def deliver(delivery_id, *, at):
    """Send one, if it waits and nobody else is at it. Whoever comes second finds nothing to do. Returns its state."""
    waiting = NoticeDelivery.objects.filter(pk=delivery_id, state=DeliveryState.WAITING, next_at__lte=at)
    if waiting.update(state=DeliveryState.SENDING, attempts=F("attempts") + 1, claimed_at=at) != 1:
        return None
    delivery = NoticeDelivery.objects.select_related("channel").get(pk=delivery_id)
    error = _send(delivery.channel, delivery.text)
    if not error:
        changes = {"state": DeliveryState.SENT, "sent_at": at, "error": ""}
    elif delivery.attempts >= MOST_ATTEMPTS:
        changes = {"state": DeliveryState.FAILED, "error": error}
    else:
        pause = PAUSES[delivery.attempts - 1]
        changes = {"state": DeliveryState.WAITING, "next_at": at + pause, "error": error}
    NoticeDelivery.objects.filter(pk=delivery_id, state=DeliveryState.SENDING).update(**changes)
    _note(delivery.channel, error, at=at)
    return changes["state"]


def sweep_deliveries(*, at, most=200):
    """Send what the broker lost or what waits for another try. One that was cut off while sending may have arrived: it
    is told as such and not sent again. Returns how many were tried."""
    cut_off = NoticeDelivery.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=at - LOST_AFTER)
    cut_off.update(state=DeliveryState.FAILED, error=UNCLEAR)
    due = NoticeDelivery.objects.filter(state=DeliveryState.WAITING, next_at__lte=at)
    tried = 0
    for delivery_id in list(due.order_by("next_at").values_list("pk", flat=True)[:most]):
        tried += deliver(delivery_id, at=at) is not None
    return tried


def _send(channel, text):
    """The sentence of what went wrong, or "". Nothing here may stop the business that told somebody."""
    address = unseal(channel.sealed, purpose=PURPOSE)
    if address is None:
        return UNREADABLE
    try:
        target = open_address(address)
    except InvalidInput as refusal:
        return refusal.message[:200]
    try:
        arrived = target.notify(body=text, title=TITLE)
    except Exception:
        # A plugin that stumbles over an answer; the address must not get into the log.
        log.warning("channel %s could not be used", channel.pk)
        arrived = False
    return "" if arrived else NOT_REACHED


def _note(channel, error, *, at):
    told = {"last_failed_at": at, "last_error": error} if error else {"last_sent_at": at, "last_error": ""}
    NoticeChannel.objects.filter(pk=channel.pk).update(**told)
