"""Verbs, time lines and recorded changes at the REST door, built from the workflow tables. No rules live here."""

from contextlib import contextmanager
from decimal import Decimal

from django.db import IntegrityError, models, transaction
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.scope import Scope
from records.actions import record_event
from records.models import Event

OPEN = {
    "detail": True,
    "filter_backends": [],
    "filterset_class": None,
}
"""Keywords of an action that is a list below one thing."""


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class IdOrCode(serializers.Field):
    """A row by its id, or by its code."""


FIELDS = {
    "text": lambda given: (
        serializers.CharField,
        {"max_length": given.max_length, "allow_blank": not given.required},
    ),
    "choice": lambda given: (serializers.ChoiceField, {"choices": given.options.choices}),
    "model": lambda given: (IdOrCode, {}),
    "models": lambda given: (serializers.ListField, {"child": IdOrCode(), "allow_empty": not given.required}),
    "decimal": lambda given: (serializers.DecimalField, {"max_digits": 14, "decimal_places": 2}),
    "datetime": lambda given: (serializers.DateTimeField, {}),
    "integer": lambda given: (
        serializers.IntegerField,
        {"min_value": given.minimum, "max_value": given.maximum},
    ),
    "date": lambda given: (serializers.DateField, {}),
    "boolean": lambda given: (serializers.BooleanField, {}),
}
FIELDS["long_text"] = FIELDS["text"]


def request_schema(name, needs):
    """A serializer class that describes what a step is given; the checking itself is done by the step."""
    fields = {}
    for given in needs:
        make, options = FIELDS[given.kind](given)
        help_text = f"{given.label}。{given.help}" if given.help else str(given.label)
        fields[given.name] = make(
            required=given.required, allow_null=not given.required, help_text=help_text, **options
        )
    return type(f"{name}Serializer", (serializers.Serializer,), fields)


def check_names(data, needs, step):
    """The body, if it names nothing that the step does not take."""
    unknown = sorted(str(name) for name in data.keys() - {given.name for given in needs})
    if unknown:
        raise InvalidInput({name: [f"「{step}」没有 {name} 这一项，请去掉。"] for name in unknown})
    return data


def takes_moves(table, perform, *, noun, answer):
    """Class decorator: one `POST …/{id}/<verb>/` for each move of the table, done by `perform`."""

    def decorate(view):
        for move in table:
            setattr(view, move.verb, _step(move, perform, noun, answer))
        return view

    return decorate


def _step(move, perform, noun, answer):
    def step(self, request, *args, **kwargs):
        subject = perform(move.verb, self.get_object(), by=self.by, at=self.at, data=self.given())
        return Response(self.present(subject))

    step.__name__ = move.verb
    step.__doc__ = str(move.hint)
    path = move.verb.replace("_", "-")
    marked = action(detail=True, methods=["post"], url_path=path, url_name=path)(step)
    return extend_schema(
        summary=str(move.label),
        description=_describe(move),
        request=request_schema(f"{noun}{move.verb.title().replace('_', '')}", move.needs),
        responses={200: answer},
    )(marked)


def _describe(move):
    states = "、".join(f"`{source}`" for source in map(str, move.sources))
    becomes = f"办后为 `{move.target}`" if move.target else "办后不变"
    return f"{move.hint}\n\n状态须为 {states}，{becomes}；否则答复 409。".strip()


class EventSerializer(serializers.ModelSerializer):
    """One line of a time line. The address is for the audit trail only."""

    actor = serializers.CharField(source="actor_label", help_text="谁")
    verb_display = serializers.CharField(source="verb_label")

    class Meta:
        model = Event
        fields = ["id", "at", "actor", "door", "verb", "verb_display", "before", "after", "note"]


class TimelineMixin:
    """`GET …/{id}/events/`: what happened to this thing, oldest first, for whoever may see the thing, unless the noun
    keeps it from some of them."""

    def may_read_events(self, user, subject):
        return True

    @extend_schema(
        summary="时间线",
        description="这件事从头到尾的经过，先发生的在前。",
        responses=EventSerializer(many=True),
    )
    @action(**OPEN, orderings={"at": "at"}, ordering="at")
    def events(self, request, *args, **kwargs):
        subject = self.get_object()
        if not self.may_read_events(request.user, subject):
            raise NotAllowed("时间线只给办理的人看，请联系他们。")
        rows = self.paginate_queryset(Event.objects.about(subject))
        return self.get_paginated_response(EventSerializer(rows, many=True).data)


class _RecordedMixin:
    """Plain nouns are written by organizers only, within their scope, and each change leaves an event.

    `home_of` is the organisation a row belongs to, which decides who may write it.
    """

    writers = (Role.ORGANIZER,)

    def home_of(self, values, row=None):
        return values.get("organization") or row.organization

    def may_write(self, organization):
        if not Scope.of(self.request.user).covers(organization, *self.writers):
            raise NotAllowed("您只能新建或修改本级及下级组织的内容，请联系主管单位的组工干部。")


class RecordedCreateMixin(_RecordedMixin):
    def create(self, request, *args, **kwargs):
        if not Scope.of(request.user).has(*self.writers):
            raise NotAllowed("只有组工干部可以新建，请联系主管单位的组工干部。")
        serializer = self.get_serializer(data=self.given())
        serializer.is_valid(raise_exception=True)
        home = self.home_of(serializer.validated_data)
        self.may_write(home)
        with one_of_two_writers(), transaction.atomic():
            row = self.save_new(serializer)
            after = plain_fields(row, serializer.validated_data)
            record_event(row, "created", by=self.by, at=self.at, organization=home, after=after)
        return self.created(self.present(row))

    def save_new(self, serializer):
        return serializer.save()


class RecordedUpdateMixin(_RecordedMixin):
    def partial_update(self, request, *args, **kwargs):
        row = self.get_object()
        self.may_write(self.home_of({}, row))
        serializer = self.get_serializer(row, data=self.given(), partial=True)
        serializer.is_valid(raise_exception=True)
        values = serializer.validated_data
        self.may_write(self.home_of(values, row))
        before = plain_fields(row, values)
        with one_of_two_writers(), transaction.atomic():
            if values:
                self.save_changes(row, values)
                after = plain_fields(row, values)
                home = self.home_of(values, row)
                record_event(
                    row, "updated", by=self.by, at=self.at, organization=home, before=before, after=after
                )
        return Response(self.present(row))

    def save_changes(self, row, values):
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))


@contextmanager
def one_of_two_writers():
    """Both passed the checks, one was first: the database keeps names unique, the other is told so."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict("刚才已有人写入了相同的内容，这次没有保存。请刷新后核对。") from error


def plain_fields(row, names):
    """The named fields as an event keeps them: plain JSON, related rows by their name."""
    told = {}
    for name in names:
        value = getattr(row, name)
        plain = not isinstance(value, models.Model | Decimal) and not hasattr(value, "isoformat")
        told[name] = value if plain else str(value)
    return told
