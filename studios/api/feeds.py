"""One's own calendar address, beside the noun `me`, which knows nothing of venues."""

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import NotAllowed
from accounts.rest.views import PlainViewSet, router
from records.rest import check_names
from representatives.models import Person
from studios.actions.feeds import close_feed, open_feed
from studios.models import CalendarFeed


class CalendarFeedSerializer(serializers.Serializer):
    is_open = serializers.BooleanField()
    created_at = serializers.DateTimeField(allow_null=True)
    last_read_on = serializers.DateField(allow_null=True, help_text="日历程序最近哪天读过")


class OpenedFeedSerializer(CalendarFeedSerializer):
    url = serializers.CharField(help_text="订阅地址，只告知这一次；知道地址的人都能读，请勿外传")


class CalendarFeedViewSet(PlainViewSet):
    forgets_replies = frozenset({"open_calendar_feed"})

    @extend_schema(tags=["me"], summary="我的驻室日历订阅", responses=CalendarFeedSerializer, filters=False)
    @action(detail=False, url_path="calendar-feed", url_name="calendar-feed")
    def calendar_feed(self, request, *args, **kwargs):
        return Response(_told(_open_feed_of(self._person())))

    @extend_schema(
        tags=["me"],
        summary="开通驻室日历订阅",
        description="得到一个保密地址，Outlook、手机日历都能订阅；再开通一次，原来的地址作废。",
        request=None,
        responses={201: OpenedFeedSerializer},
    )
    @calendar_feed.mapping.post
    def open_calendar_feed(self, request, *args, **kwargs):
        check_names(self.given(), (), "开通日历订阅")
        feed, token = open_feed(self._person(), by=self.by, at=self.at)
        base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
        url = f"{base}{reverse('portal:feed', args=[token])}"
        return Response(_told(feed) | {"url": url}, status=201)

    @extend_schema(tags=["me"], summary="停用驻室日历订阅", responses={204: None})
    @calendar_feed.mapping.delete
    def close_calendar_feed(self, request, *args, **kwargs):
        close_feed(self._person(), by=self.by, at=self.at)
        return Response(status=204)

    def _person(self):
        person = Person.objects.filter(user=self.request.user).first()
        if person is None:
            raise NotAllowed("只有党代表有自己的驻室日历。")
        return person


def _open_feed_of(person):
    return CalendarFeed.objects.filter(person=person, revoked_at=None).first()


def _told(feed):
    return {
        "is_open": feed is not None,
        "created_at": feed.created_at if feed else None,
        "last_read_on": feed.last_read_on if feed else None,
    }


router.register("me", CalendarFeedViewSet, basename="api-me-feed")
