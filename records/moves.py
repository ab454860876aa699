"""The workflow engine: a table of moves that a clerk could check, and one function that makes a move.

A `Move` says from which states a verb leads to which state, who may, and what must be given. Doors build their
forms from `needs`; nothing about a step is written down anywhere else.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import models, transaction
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.actions import record_event
from records.verbs import register_verbs

MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
MOST_ROWS = 50


@dataclass(frozen=True)
class Given:
    """One thing a step must (or may) be given.

    kind: "text" (one line), "long_text", "choice", "model", "models" (several rows), "integer", "decimal" (money, two
    places), "date", "datetime" or "boolean". `options` is an enum for a choice and a function (subject, user) →
    QuerySet for a model.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = True
    max_length: int = 200
    options: object = None
    minimum: int | None = None
    maximum: int | None = None
    help: str = ""
    missing: str = ""
    """The sentence when it was not given, where the usual one would not say why it is asked for."""

    def clean(self, value, subject, user):
        """The value in its proper type, or InvalidInput with a sentence for this field."""
        if isinstance(value, str):
            value = value.strip()
        if value is None or (isinstance(value, (str, list, tuple)) and not value):
            if self.required:
                raise InvalidInput({self.name: [self._missing()]})
            return {"text": "", "long_text": "", "boolean": False, "models": []}.get(self.kind)
        return getattr(self, f"_clean_{self.kind}")(value, subject, user)

    def _missing(self):
        if self.missing:
            return self.missing
        word = "选择" if self.kind in ("choice", "model", "models", "date", "datetime") else "填写"
        return f"请{word}{self.label}。"

    def _clean_text(self, value, subject, user):
        if not isinstance(value, str):
            raise InvalidInput({self.name: [f"{self.label}须为文字。"]})
        if "\x00" in value:
            raise InvalidInput({self.name: [f"{self.label}含有不能保存的字符，请删去后再试。"]})
        if len(value) > self.max_length:
            raise InvalidInput(
                {self.name: [f"{self.label}最多{self.max_length}字，现有{len(value)}字，请删减。"]}
            )
        return value

    _clean_long_text = _clean_text

    def _clean_choice(self, value, subject, user):
        if value not in self.options.values:
            words = "、".join(str(label) for label in self.options.labels)
            raise InvalidInput({self.name: [f"{self.label}只能从这些里选：{words}。"]})
        return value

    def _clean_model(self, value, subject, user):
        """A row, its id, or (other systems) its code where that is not a bare number."""
        key = value.pk if isinstance(value, models.Model) else value
        if (
            isinstance(key, bool)
            or not isinstance(key, (int, str))
            or len(str(key)) > 40
            or "\x00" in str(key)
        ):
            raise InvalidInput({self.name: [f"{self.label}须从列表中选择。"]})
        by_id = str(key).isdecimal() and int(key) < 2**63
        rows = self.options(subject, user)
        # What people call a row by: a list entry by its code, a matter by its number.
        named = next((name for name in ("code", "number") if hasattr(rows.model, name)), "pk")
        if not by_id and named == "pk":
            raise InvalidInput({self.name: [f"{self.label}须从列表中选择。"]})
        found = rows.filter(**({"pk": int(key)} if by_id else {named: str(key)})).first()
        if found is None:
            raise InvalidInput({self.name: [f"没有这个{self.label}，或这件事不能用它，请从列表中另选。"]})
        return found

    def _clean_models(self, value, subject, user):
        """Rows, ids or codes, each once, in the order given."""
        if isinstance(value, models.QuerySet):
            value = list(value)
        if not isinstance(value, (list, tuple, set)):
            raise InvalidInput({self.name: [f"{self.label}须是一个列表，每项从列表中选择。"]})
        if len(value) > MOST_ROWS:
            raise InvalidInput({self.name: [f"{self.label}最多选{MOST_ROWS}个，请删减。"]})
        rows = [self._clean_model(key, subject, user) for key in value]
        return list({row.pk: row for row in rows}.values())

    def _clean_boolean(self, value, subject, user):
        if value in (True, "true", "on", "1", 1):
            return True
        if value in (False, "false", "off", "0", 0):
            return False
        raise InvalidInput({self.name: [f"{self.label}只能填是或否。"]})

    def _clean_integer(self, value, subject, user):
        if (
            isinstance(value, (bool, float))
            or not str(value).removeprefix("-").isdecimal()
            or len(str(value)) > 9
        ):
            raise InvalidInput({self.name: [f"{self.label}须为整数。"]})
        value = int(value)
        low, high = self.minimum, self.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            raise InvalidInput({self.name: [f"{self.label}须在{low}到{high}之间。"]})
        return value

    def _clean_decimal(self, value, subject, user):
        """Yuan and fen. A float has already lost its fen, so it is refused."""
        text = str(value).replace(",", "").replace("，", "")
        if isinstance(value, (bool, float)) or not MONEY.fullmatch(text):
            raise InvalidInput(
                {self.name: [f"{self.label}须写成 18400 或 18400.50 这样的金额（元），最多两位小数。"]}
            )
        amount = Decimal(text).quantize(Decimal("0.01"))
        if self.minimum is not None and amount < self.minimum:
            raise InvalidInput({self.name: [f"{self.label}不能小于{self.minimum}元。"]})
        return amount

    def _clean_datetime(self, value, subject, user):
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                value = None
        if not isinstance(value, datetime):
            raise InvalidInput({self.name: [f"{self.label}须写成 2026-11-23T09:30 这样的日期和时间。"]})
        return value if timezone.is_aware(value) else timezone.make_aware(value)

    def _clean_date(self, value, subject, user):
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise InvalidInput({self.name: [f"{self.label}须写成 2026-11-23 这样的日期。"]}) from None


def clean_given(needs, data, subject, user, *, step):
    """All of `needs` out of `data`, in their proper types; every fault at once as InvalidInput."""
    cleaned, errors = {}, {}
    for given in needs:
        try:
            cleaned[given.name] = given.clean(data.get(given.name), subject, user)
        except InvalidInput as fault:
            errors.update(fault.errors)
    for name in data.keys() - {given.name for given in needs}:
        errors[name] = [f"「{step}」没有 {name} 这一项，请去掉。"]
    if errors:
        raise InvalidInput(errors)
    return cleaned


@dataclass(frozen=True)
class Move:
    """One row of a workflow table. `target=None` leaves the matter in the state it is in."""

    verb: str
    label: str
    sources: tuple
    target: str | None
    may: Callable
    needs: tuple[Given, ...] = ()
    empty: tuple[str, ...] = ()
    """Fields that must still be empty, for a verb that stays in its state."""
    filled: tuple[str, ...] = ()
    """Fields that must be filled by now."""
    otherwise: str = ""
    """The sentence when `empty` or `filled` does not hold."""
    tone: str = "primary"
    """"primary" for the step forward, "plain" for a side step, "danger" for one that ends or undoes."""
    hint: str = ""

    def open_for(self, subject):
        """Does the state of `subject` admit this move? (Rights aside.)"""
        return (
            subject.status in self.sources
            and all(getattr(subject, name) is None for name in self.empty)
            and all(getattr(subject, name) is not None for name in self.filled)
        )

    @property
    def condition(self):
        """The WHERE of the move beside the old state."""
        return {f"{name}__isnull": True for name in self.empty} | {
            f"{name}__isnull": False for name in self.filled
        }

    def clean(self, data, subject, user):
        """Check everything this step must be given; all faults are reported at once.

        Raises InvalidInput: field name → sentences. Unknown names are refused, so that a typing error in an
        API call does not pass silently.
        """
        return clean_given(self.needs, data, subject, user, step=self.label)


class MoveTable:
    """All moves of one noun, in the order in which their buttons are shown."""

    def __init__(self, subject_type, status, moves, *, other_verbs=None):
        self.status = status
        self.moves = tuple(moves)
        self.by_verb = {move.verb: move for move in self.moves}
        register_verbs(subject_type, {move.verb: move.label for move in self.moves} | (other_verbs or {}))

    def __iter__(self):
        return iter(self.moves)

    def __getitem__(self, verb):
        return self.by_verb[verb]

    def __contains__(self, verb):
        return verb in self.by_verb

    def allowed(self, subject, user):
        """The moves this user may make on this subject now."""
        return [move for move in self.moves if move.open_for(subject) and move.may(user, subject)]


def check_move(subject, move, *, by, status):
    """The guards, in the order in which they are told: right first, then state."""
    if by.user is not None and not move.may(by.user, subject):
        raise NotAllowed(f"您的岗位不能对这件事做「{move.label}」，请联系主管单位的组工干部。")
    if subject.status not in move.sources:
        now = status(subject.status).label
        raise Conflict(
            f"这件事现在是「{now}」，不能做「{move.label}」。请刷新页面，看最新进展。", code="wrong-state"
        )
    if not move.open_for(subject):
        raise Conflict(move.otherwise, code="wrong-state")


@transaction.atomic
def make_move(subject, move, *, by, at, organization, status, changes=None, after=None, note=""):
    """Make one move: `UPDATE … WHERE status = old`; exactly one row, or it did not happen and Conflict is raised.

    `changes` are the fields set along with the status; `after` what the event shall tell beside the states.
    Call `check_move` first. Returns the Event.
    """
    changes = dict(changes or {})
    old = subject.status
    target = move.target or old
    rows = type(subject)._base_manager.filter(pk=subject.pk, status=old, **move.condition)
    if rows.update(status=target, **changes) != 1:
        raise Conflict(f"刚才已有人先办了这件事，「{move.label}」没有执行。请刷新页面，看最新进展。")
    subject.status = target
    for name, value in changes.items():
        setattr(subject, name, value)
    return record_event(
        subject,
        move.verb,
        by=by,
        at=at,
        organization=organization,
        before={"status": old},
        after={"status": target, **(after or {})},
        note=note,
    )
