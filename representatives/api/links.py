"""Links and contacts at the REST door (R50, R51)."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import NotAllowed
from accounts.models import Organization
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, ScopedField, StrictModelSerializer, router
from records.api import JobSerializer
from records.moves import Given, clean_given
from records.rest import (
    OPEN,
    RecordedCreateMixin,
    RecordedUpdateMixin,
    TimelineMixin,
    check_names,
    request_schema,
)
from representatives import rules
from representatives.actions import cancel_contact, end_link, log_contact, make_link
from representatives.enums import LinkKind
from representatives.link_jobs import start_spread
from representatives.models import READERS, Contact, ContactLink, LinkPolicy
from representatives.moves.links import CONTACT, END_LINK, LINK
from representatives.quarters import Quarter

CANCEL = (Given("contact", _("联系记录"), "model", options=lambda link, _user: link.contacts.all()),)
SPREAD = (
    Given("kind", _("类别"), "choice", options=LinkKind),
    Given(
        "organization",
        _("范围"),
        "model",
        options=lambda _subject, user: Organization.objects.visible_to(user),
    ),
)


class ContactLinkSerializer(serializers.ModelSerializer):
    kind_display = serializers.CharField(source="get_kind_display")
    person_name = serializers.CharField(source="mandate.person.name")
    organization = serializers.IntegerField(source="mandate.organization_id")
    cadre_name = serializers.CharField(source="cadre.label", default=None, allow_null=True)
    branch_name = serializers.CharField(source="branch.name", default=None, allow_null=True)
    last_contact = serializers.DateField(
        source="last_on", default=None, allow_null=True, help_text="上次联系的日期"
    )

    class Meta:
        model = ContactLink
        fields = [
            "id",
            "kind",
            "kind_display",
            "mandate",
            "person_name",
            "organization",
            "cadre",
            "cadre_name",
            "branch",
            "branch_name",
            "start_date",
            "end_date",
            "ending",
            "reason",
            "last_contact",
        ]


class ContactSerializer(serializers.ModelSerializer):
    method_display = serializers.CharField(source="get_method_display")
    recorded_by = serializers.CharField(source="recorded_by.label", default=None, allow_null=True)

    class Meta:
        model = Contact
        fields = [
            "id",
            "on",
            "method",
            "method_display",
            "note",
            "recorded_at",
            "recorded_by",
            "cancelled_at",
        ]


class ContactLinkFilters(NounFilterSet):
    search_fields = ("mandate__person__name", "cadre__display_name", "branch__name")

    organization = SubtreeFilter(
        field_name="mandate__organization__path", label=_("代表所在地代码或编号，含下级")
    )
    kind = filters.ChoiceFilter(choices=LinkKind.choices, label=_("类别"))
    mandate = IdFilter(label=_("代表资格"))
    cadre = IdFilter(label=_("组工干部"))
    branch = IdFilter(label=_("党支部"))
    is_open = YesNoFilter(method="filter_open", label=_("没有结束"))
    silent = YesNoFilter(method="filter_silent", label=_("本季度还没有联系"))

    def filter_open(self, queryset, _name, value):
        return queryset.filter(end_date__isnull=value)

    def filter_silent(self, queryset, _name, value):
        quarter = Quarter.of(timezone.localdate())
        between = queryset.silent_between if value else queryset.contacted_between
        return between(quarter.first, quarter.last)


@describes("contact-links", "结对联系：组工干部联系一线党代表，党代表联系党支部，及每次联系")
@extend_schema_view(
    list=extend_schema(summary="结对联系列表"), retrieve=extend_schema(summary="一个结对联系")
)
class ContactLinkViewSet(TimelineMixin, NounViewSet):
    model = ContactLink
    serializer_class = ContactLinkSerializer
    filterset_class = ContactLinkFilters
    orderings = {"id": "id", "start_date": "start_date"}

    def all_rows(self, user):
        return ContactLink.objects.visible_to(user).with_last_contact().with_names()

    def _fresh(self, link):
        return self.present(self.all_rows(self.request.user).get(pk=link.pk))

    @extend_schema(
        summary="安排结对",
        description="组工干部联系一线党代表填 `cadre`（账号编号），党代表联系党支部填 `branch`。",
        request=request_schema("ContactLinkMake", LINK),
        responses={201: ContactLinkSerializer},
    )
    def create(self, request, *args, **kwargs):
        if not rules.organizes_anything(request.user):
            raise NotAllowed("只有当地组织部门的组工干部可以安排结对，请联系他们。")
        data = check_names(self.given(), LINK, "结对")
        return self.created(self._fresh(make_link(by=self.by, at=self.at, **data)))

    @extend_schema(
        summary="平均分配",
        description="给范围内还没有结对的代表各找一个，作为任务在后台办理；答复是一个任务，进度和结果见 `jobs/{id}/`。",
        request=request_schema("ContactLinkSpread", SPREAD),
        responses={202: JobSerializer},
        filters=False,
    )
    @action(detail=False, methods=["post"], filter_backends=[], pagination_class=None)
    def spread(self, request, *args, **kwargs):
        if not rules.organizes_anything(request.user):
            raise NotAllowed("只有当地组织部门的组工干部可以安排结对，请联系他们。")
        given = clean_given(SPREAD, self.given(), None, request.user, step="平均分配")
        job = start_spread(given["kind"], given["organization"], by=self.by, at=self.at)
        return Response(JobSerializer(job).data, status=202)

    @extend_schema(
        summary="结束结对",
        request=request_schema("ContactLinkEnd", END_LINK),
        responses={200: ContactLinkSerializer},
    )
    @action(detail=True, methods=["post"])
    def end(self, request, *args, **kwargs):
        link, data = self.get_object(), check_names(self.given(), END_LINK, "结束结对")
        return Response(self._fresh(end_link(link, by=self.by, at=self.at, **data)))

    @extend_schema(
        summary="登记联系",
        description="一天一次。党代表联系党支部的，记入履职记录。",
        request=request_schema("ContactLinkContact", CONTACT),
        responses={200: ContactLinkSerializer},
    )
    @action(detail=True, methods=["post"])
    def contact(self, request, *args, **kwargs):
        link, data = self.get_object(), check_names(self.given(), CONTACT, "登记联系")
        log_contact(link, by=self.by, at=self.at, **data)
        return Response(self._fresh(link))

    @extend_schema(
        summary="更正联系记录",
        request=request_schema("ContactLinkCancelContact", CANCEL),
        responses={200: ContactLinkSerializer},
    )
    @action(detail=True, methods=["post"], url_path="cancel-contact", url_name="cancel-contact")
    def cancel_contact(self, request, *args, **kwargs):
        link = self.get_object()
        if not rules.may_log(request.user, link):
            raise NotAllowed("只有结对的本人和当地组工干部可以更正，请联系他们。")
        given = clean_given(CANCEL, self.given(), link, request.user, step="更正联系记录")
        given["contact"].link = link
        cancel_contact(given["contact"], by=self.by, at=self.at)
        return Response(self._fresh(link))

    @extend_schema(
        summary="联系记录", description="新的在前，含已更正的。", responses=ContactSerializer(many=True)
    )
    @action(**OPEN, orderings={"on": "on"}, ordering="-on")
    def contacts(self, request, *args, **kwargs):
        rows = self.paginate_queryset(self.get_object().contacts.select_related("recorded_by"))
        return self.get_paginated_response(ContactSerializer(rows, many=True).data)


class LinkPolicySerializer(StrictModelSerializer):
    organization = ScopedField(Organization)

    class Meta:
        model = LinkPolicy
        fields = ["id", "organization", "cadre_load", "reminder_days"]


class LinkPolicyChangeSerializer(LinkPolicySerializer):
    """Whose policy it is stays."""

    organization = serializers.PrimaryKeyRelatedField(read_only=True)

    class Meta(LinkPolicySerializer.Meta):
        validators = []


class LinkPolicyFilters(NounFilterSet):
    search = None

    organization = SubtreeFilter(field_name="organization__path", label=_("组织代码或编号，含下级"))


@describes("link-policies", "结对联系设置：一名干部最多联系几名、季末前几天提醒")
@extend_schema_view(
    list=extend_schema(summary="结对联系设置列表"),
    retrieve=extend_schema(summary="一项结对联系设置"),
    create=extend_schema(summary="新建结对联系设置"),
    partial_update=extend_schema(summary="修改结对联系设置", request=LinkPolicyChangeSerializer),
)
class LinkPolicyViewSet(RecordedCreateMixin, RecordedUpdateMixin, TimelineMixin, NounViewSet):
    model = LinkPolicy
    filterset_class = LinkPolicyFilters
    readers = READERS

    def get_serializer_class(self):
        return LinkPolicyChangeSerializer if self.action == "partial_update" else LinkPolicySerializer

    def all_rows(self, user):
        return LinkPolicy.objects.visible_to(user).select_related("organization")


router.register("contact-links", ContactLinkViewSet, basename="api-contact-link")
router.register("link-policies", LinkPolicyViewSet, basename="api-link-policy")
