from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.actions import read_notice
from accounts.enums import OrganizationKind, Role
from accounts.masking import mask_phone
from accounts.models import Membership, Notice, Organization, User
from accounts.rest.filters import NounFilterSet, SubtreeFilter, YesNoFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, PlainViewSet, router
from accounts.scope import Scope, under


class OrganizationSerializer(serializers.ModelSerializer):
    kind_display = serializers.CharField(source="get_kind_display")

    class Meta:
        model = Organization
        fields = ["id", "code", "name", "short_name", "kind", "kind_display", "parent", "path", "is_active"]


class OrganizationFilters(NounFilterSet):
    search_fields = ("name", "short_name", "code")

    organization = SubtreeFilter(field_name="path", label=_("组织代码或编号，含下级"))
    kind = filters.MultipleChoiceFilter(choices=OrganizationKind.choices, label=_("类别，可多选"))
    code = filters.CharFilter(label=_("代码"))
    is_active = YesNoFilter(field_name="is_active", label=_("启用"))


@describes("organizations", "组织：市、县市区、开发区、镇街、支部、承办单位")
@extend_schema_view(list=extend_schema(summary="组织列表"), retrieve=extend_schema(summary="一个组织"))
class OrganizationViewSet(NounViewSet):
    model = Organization
    serializer_class = OrganizationSerializer
    filterset_class = OrganizationFilters
    orderings = {"path": "path", "name": "name", "code": "code"}
    ordering = "path"


class MembershipSerializer(serializers.ModelSerializer):
    role_display = serializers.CharField(source="get_role_display")
    organization_code = serializers.CharField(source="organization.code")
    organization_name = serializers.CharField(source="organization.name")

    class Meta:
        model = Membership
        fields = [
            "role",
            "role_display",
            "organization",
            "organization_code",
            "organization_name",
            "start_date",
            "end_date",
        ]


class UserSerializer(serializers.ModelSerializer):
    phone = serializers.SerializerMethodField(help_text="打码")
    memberships = MembershipSerializer(many=True)

    class Meta:
        model = User
        fields = ["id", "username", "display_name", "phone", "is_service", "is_active", "memberships"]

    def get_phone(self, user) -> str:
        return mask_phone(user.phone)


class UserFilters(NounFilterSet):
    search_fields = ("username", "display_name")

    role = filters.ChoiceFilter(
        field_name="memberships__role", choices=Role.choices, distinct=True, label=_("角色")
    )
    organization = SubtreeFilter(
        field_name="memberships__organization__path", distinct=True, label=_("组织代码或编号，含下级")
    )
    is_service = YesNoFilter(field_name="is_service", label=_("系统账号"))
    is_active = YesNoFilter(field_name="is_active", label=_("启用"))


@describes("users", "账号：本级及下级的账号与任职，仅组工干部可看")
@extend_schema_view(list=extend_schema(summary="账号列表"), retrieve=extend_schema(summary="一个账号"))
class UserViewSet(NounViewSet):
    model = User
    readers = (Role.ORGANIZER,)
    serializer_class = UserSerializer
    filterset_class = UserFilters
    orderings = {"id": "id", "username": "username"}

    def all_rows(self, user):
        """Accounts with a role in an organisation the user organizes."""
        prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
        holders = Membership.objects.filter(under("organization__path", prefixes)).values("user_id")
        return User.objects.filter(pk__in=holders).prefetch_related("memberships__organization")


class NoticeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Notice
        fields = ["id", "title", "body", "link", "created_at", "read_at"]


class NoticeFilters(NounFilterSet):
    search_fields = ("title", "body")

    unread = YesNoFilter(method="filter_unread", label=_("未读"))

    def filter_unread(self, queryset, _name, value):
        return queryset.filter(read_at__isnull=value)


@describes("notices", "通知：发给本账号的消息")
@extend_schema_view(list=extend_schema(summary="我的通知"), retrieve=extend_schema(summary="一条通知"))
class NoticeViewSet(NounViewSet):
    model = Notice
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilters
    orderings = {"created_at": "created_at"}
    ordering = "-created_at"

    def all_rows(self, user):
        return user.notices.all()

    @extend_schema(summary="标为已读", request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request, *args, **kwargs):
        notice = self.get_object()
        read_notice(notice, at=self.at)
        notice.refresh_from_db()
        return Response(self.present(notice))


class MeSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    is_service = serializers.BooleanField()
    memberships = MembershipSerializer(many=True, help_text="今天有效的任职")
    unread_notices = serializers.IntegerField(help_text="未读通知数")
    nouns = serializers.ListField(
        child=serializers.CharField(), help_text="可访问的内容，即 /api/v1/ 下的地址"
    )


@describes("me", "我是谁、有哪些岗位")
class MeViewSet(PlainViewSet):
    @extend_schema(summary="我是谁", responses=MeSerializer)
    def list(self, request, *args, **kwargs):
        user = request.user
        memberships = user.memberships.current(on=self.today).select_related("organization")
        told = {
            "id": user.pk,
            "username": user.username,
            "display_name": user.label,
            "is_service": user.is_service,
            "memberships": memberships.order_by("organization__path", "role"),
            "unread_notices": user.notices.filter(read_at=None).count(),
            "nouns": [noun for noun, view, _basename in router.registry if view.may_read(user)],
        }
        return Response(MeSerializer(told).data)


router.register("organizations", OrganizationViewSet, basename="api-organization")
router.register("users", UserViewSet, basename="api-user")
router.register("notices", NoticeViewSet, basename="api-notice")
router.register("me", MeViewSet, basename="api-me")
