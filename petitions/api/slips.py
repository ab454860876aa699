"""Box openings and pasted chats over REST, each with the matters that were taken out of it."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import InvalidInput, NotAllowed
from accounts.masking import mask_name, scrub_numbers
from accounts.rest.filters import IdFilter, NounFilterSet, SubtreeFilter
from accounts.rest.schema import describes
from accounts.rest.views import NounViewSet, router
from accounts.scope import Scope
from petitions.actions.slips import (
    CORRECT_COUNT,
    OPEN_BOX,
    PASTE_CHAT,
    SLIP,
    UNMASK_CHAT,
    correct_count,
    enter_from_chat,
    enter_slips,
    open_box,
    paste_chat,
    unmask_chat,
)
from petitions.chat import masked_text, propose, split_chat
from petitions.models import BoxOpening, PastedChat, Petition
from petitions.rules import may_staff
from records.rest import TimelineMixin, check_names, request_schema
from records.rest_files import AttachmentsMixin

SlipSerializer = type(
    "SlipSerializer",
    (request_schema("Slip", SLIP),),
    {"key": serializers.CharField(max_length=24, help_text="这一行自己的标识，重发时不变")},
)


class SlipsSerializer(serializers.Serializer):
    slips = SlipSerializer(many=True, help_text="最多 50 件，全部存下或一件也不存")


class _VenueFilters(NounFilterSet):
    studio = IdFilter(label="工作室（站）")
    organization = SubtreeFilter(field_name="studio__organization__path", label="组织代码或编号，含下级")


class BoxFilters(_VenueFilters):
    search_fields = ("place",)


class ChatFilters(_VenueFilters):
    search_fields = ("group_name",)


class BoxOpeningSerializer(serializers.ModelSerializer):
    studio_name = serializers.CharField(source="studio.name")

    class Meta:
        model = BoxOpening
        fields = [
            "id",
            "studio",
            "studio_name",
            "place",
            "opened_at",
            "opener_one",
            "opener_two",
            "slip_count",
            "note",
            "created_at",
        ]


class BoxOpeningDetailSerializer(BoxOpeningSerializer):
    entered = serializers.IntegerField(help_text="已录入件数")
    petitions = serializers.ListField(child=serializers.IntegerField(), help_text="您能看到的各件")

    class Meta(BoxOpeningSerializer.Meta):
        fields = [*BoxOpeningSerializer.Meta.fields, "entered", "petitions"]


class _Venue(AttachmentsMixin, TimelineMixin, NounViewSet):
    readers = (Role.ORGANIZER, Role.KEEPER, Role.LEADER)

    def all_rows(self, user):
        return self.model.objects.visible_to(user).select_related("studio")

    def may_attach(self, user, owner):
        return may_staff(user, owner.studio)

    def petitions_of(self, **link):
        rows = Petition.objects.visible_to(self.request.user).filter(**link).order_by("pk")
        return list(rows.values_list("pk", flat=True))

    def given(self):
        """Whose post it is not is told so before what is missing."""
        if not Scope.of(self.request.user).has(Role.ORGANIZER, Role.KEEPER):
            raise NotAllowed("只有工作室（站）的联络员和主管单位的组工干部可以办，请联系他们。")
        return super().given()

    def slips(self):
        data = self.given()
        if data.keys() != {"slips"}:
            raise InvalidInput({"slips": ["请给出 slips：一个列表，每件一行。"]})
        return data["slips"]


@describes("box-openings", "意见箱开箱：两人开箱，逐件录入")
@extend_schema_view(
    list=extend_schema(summary="开箱列表"),
    retrieve=extend_schema(summary="一次开箱", responses=BoxOpeningDetailSerializer),
)
class BoxOpeningViewSet(_Venue):
    model = BoxOpening
    serializer_class = BoxOpeningSerializer
    filterset_class = BoxFilters
    orderings = {"id": "id", "opened_at": "opened_at"}
    ordering = "-opened_at"

    def present(self, opening):
        return BoxOpeningSerializer(opening).data | {
            "entered": opening.petitions.count(),
            "petitions": self.petitions_of(box_opening=opening),
        }

    @extend_schema(
        summary="记一次开箱",
        request=request_schema("BoxOpen", OPEN_BOX),
        responses={201: BoxOpeningDetailSerializer},
    )
    def create(self, request, *args, **kwargs):
        data = check_names(self.given(), OPEN_BOX, "开箱")
        return self.created(self.present(open_box(by=self.by, at=self.at, **data)))

    @extend_schema(
        summary="录入箱里的来信",
        description="全部存下或一件也不存；错处在 `slips.行.字段`（行从 0 数）。",
        request=SlipsSerializer,
        responses={200: BoxOpeningDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def enter(self, request, *args, **kwargs):
        opening = self.get_object()
        enter_slips(opening, self.slips(), by=self.by, at=self.at)
        return Response(self.present(opening))

    @extend_schema(
        summary="更正箱内件数",
        request=request_schema("BoxCount", CORRECT_COUNT),
        responses={200: BoxOpeningDetailSerializer},
    )
    @action(detail=True, methods=["post"], url_path="correct-count", url_name="correct-count")
    def correct_count(self, request, *args, **kwargs):
        opening = self.get_object()
        data = check_names(self.given(), CORRECT_COUNT, "更正件数")
        return Response(self.present(correct_count(opening, by=self.by, at=self.at, **data)))


class PastedChatSerializer(serializers.ModelSerializer):
    studio_name = serializers.CharField(source="studio.name")

    class Meta:
        model = PastedChat
        fields = ["id", "studio", "studio_name", "group_name", "created_at"]


class ProposalSerializer(serializers.Serializer):
    speaker = serializers.CharField(help_text="打码")
    time = serializers.CharField()
    content = serializers.CharField(help_text="号码已隐去")
    is_matter = serializers.BooleanField(help_text="像不像一件事；只是提示")
    kind = serializers.CharField()
    because = serializers.CharField(help_text="因为提到哪个词")


class PastedChatDetailSerializer(PastedChatSerializer):
    text = serializers.CharField(help_text="原文，发言人打码，号码已隐去")
    proposals = ProposalSerializer(many=True)
    petitions = serializers.ListField(child=serializers.IntegerField())

    class Meta(PastedChatSerializer.Meta):
        fields = [*PastedChatSerializer.Meta.fields, "text", "proposals", "petitions"]


@describes("pasted-chats", "群聊：原文照存，由人摘出事项")
@extend_schema_view(
    list=extend_schema(summary="群聊列表"),
    retrieve=extend_schema(summary="一段群聊", responses=PastedChatDetailSerializer),
)
class PastedChatViewSet(_Venue):
    model = PastedChat
    serializer_class = PastedChatSerializer
    filterset_class = ChatFilters
    forgets_replies = frozenset({"unmask"})
    orderings = {"id": "id", "created_at": "created_at"}
    ordering = "-created_at"

    def present(self, chat):
        said = [
            one for one in propose(split_chat(chat.text)) if one.message.body and not one.message.is_system
        ]
        return PastedChatSerializer(chat).data | {
            "text": masked_text(chat.text),
            "proposals": [
                {
                    "speaker": mask_name(one.message.speaker),
                    "time": one.message.time,
                    "content": scrub_numbers(one.message.body),
                    "is_matter": one.is_matter,
                    "kind": one.kind,
                    "because": one.because,
                }
                for one in said
            ],
            "petitions": self.petitions_of(chat=chat),
        }

    @extend_schema(
        summary="粘贴群聊",
        request=request_schema("ChatPaste", PASTE_CHAT),
        responses={201: PastedChatDetailSerializer},
    )
    def create(self, request, *args, **kwargs):
        data = check_names(self.given(), PASTE_CHAT, "粘贴群聊")
        return self.created(self.present(paste_chat(by=self.by, at=self.at, **data)))

    @extend_schema(
        summary="摘出事项",
        description="全部存下或一件也不存；错处在 `slips.行.字段`（行从 0 数）。",
        request=SlipsSerializer,
        responses={200: PastedChatDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def enter(self, request, *args, **kwargs):
        chat = self.get_object()
        enter_from_chat(chat, self.slips(), by=self.by, at=self.at)
        return Response(self.present(chat))

    @extend_schema(
        summary="查看未打码的原文",
        description="写明原因后返回这一次；每次都会留痕。不支持 Idempotency-Key。",
        request=request_schema("ChatUnmask", UNMASK_CHAT),
        responses={200: PastedChatDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def unmask(self, request, *args, **kwargs):
        chat = self.get_object()
        data = check_names(self.given(), UNMASK_CHAT, "查看原文")
        return Response(self.present(chat) | {"text": unmask_chat(chat, by=self.by, at=self.at, **data)})


router.register("box-openings", BoxOpeningViewSet, basename="api-box-opening")
router.register("pasted-chats", PastedChatViewSet, basename="api-pasted-chat")
