"""What a person may ask about the data we hold of hers, and how the office answers (PIPL Arts. 44–50).

A request is taken down (by the office, or by herself on the public page), and ends as done or refused, with words for
her. Who decides: organizers of a county or of the city.
"""

import re
import unicodedata

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import notify
from accounts.errors import Conflict, DomainError, InvalidInput, NotAllowed
from accounts.masking import mask_name, mask_phone, scrub_person
from accounts.models import Organization, User
from accounts.scope import STEP
from records.actions import record_event
from records.models import DataRequest, DataRequestItem, RequestKind, RequestStatus
from records.models.personal import deciding_paths, may_decide
from records.moves import Given, Move, MoveTable, check_move, clean_given, make_move
from records.personal_data import sources, things_of
from records.verbs import register_verbs
from workdays.queries import load_calendar

PHONE = re.compile(r"[0-9+][0-9]{4,19}")
MOST_NUMBERS = 20

OPENING = (
    Given("kind", _("本人要求"), "choice", options=RequestKind),
    Given(
        "subject_name", _("本人姓名"), "text", max_length=40, help=_("与登记时所留的一致；请先核验本人身份")
    ),
    Given("subject_phone", _("本人电话"), "text", required=False, max_length=20),
    Given("numbers", _("事项编号"), "text", required=False, help=_("电话对不上时填写，多个用顿号隔开")),
    Given("reason", _("理由"), "long_text", max_length=1000, help=_("本人怎么说的，怎么核验的身份")),
    Given("new_name", _("更正后的姓名"), "text", required=False, max_length=40, help=_("只在更正时填")),
    Given("new_phone", _("更正后的电话"), "text", required=False, max_length=20, help=_("只在更正时填")),
)
ANSWER = Given("answer", _("答复本人"), "long_text", max_length=2000, help=_("办理的结果，会告诉本人"))
REFUSAL = Given("answer", _("不同意的理由"), "long_text", max_length=2000, help=_("会原样告诉本人"))


def decides(user, request):
    return any(request.organization.path.startswith(path) for path in deciding_paths(user))


REQUEST_TABLE = MoveTable(
    "records.datarequest",
    RequestStatus,
    [
        Move(
            verb="fulfil",
            label=_("按要求办理"),
            sources=(RequestStatus.OPEN,),
            target=RequestStatus.DONE,
            may=decides,
            needs=(ANSWER,),
            hint=_("立即对下面列出的内容生效，并记入经过。删除后不能恢复。"),
        ),
        Move(
            verb="refuse",
            label=_("不同意"),
            sources=(RequestStatus.OPEN,),
            target=RequestStatus.REFUSED,
            may=decides,
            needs=(REFUSAL,),
            tone="plain",
            hint=_("须写明理由；本人不服的，可以向上级组织部门反映或依法起诉。"),
        ),
    ],
    other_verbs={"opened": _("受理"), "exported": _("导出本人信息")},
)
register_verbs(
    "*",
    {
        "data_requested": _("本人提出个人信息请求"),
        "data_request_refused": _("个人信息请求未同意"),
        "anonymized": _("个人信息匿名化"),
        "corrected": _("更正个人信息"),
        "stop_processing": _("停止处理个人信息"),
        "resume_processing": _("恢复处理个人信息"),
    },
)


@transaction.atomic
def take_data_request(*, by, at, **data):
    """The office takes down what somebody asks about her data: the keys of `OPENING`. Returns the DataRequest."""
    if not may_decide(by.user):
        raise NotAllowed("个人信息请求由县市区以上的组工干部受理，请转给他们办理。")
    given = clean_given(OPENING, data, None, by.user, step="受理个人信息请求")
    for name in ("subject_phone", "new_phone"):
        given[name] = _plain_phone(given[name], name)
    numbers = re.split(r"[\s、，,;；]+", given.pop("numbers"))
    numbers = [number for number in dict.fromkeys(numbers) if number][:MOST_NUMBERS]
    if not given["subject_phone"] and not numbers:
        raise InvalidInput({"subject_phone": ["请填写登记时所留的电话；没有留电话的，填写事项编号。"]})
    found = _find(given["subject_name"], given["subject_phone"], numbers, by.user)
    if not found:
        sentence = "按姓名和电话（或编号）没有找到这个人的事项，请与本人核对后重填。"
        raise InvalidInput({"subject_name": [sentence]})
    home = Organization.objects.get(path=_home_path(by.user, found))
    return open_request(found, organization=home, by=by, at=at, **given)


def _find(name, phone, numbers, user):
    return [
        thing
        for source in sources()
        for thing in source.find(name=name, phone=phone, numbers=numbers, user=user)
    ]


def _home_path(user, found):
    """The decider's own office that covers all she was found to have: the deepest one, else her widest."""
    homes = [source.home(thing).path for source, thing in _with_source(found)]
    paths = [path for path in deciding_paths(user) if all(home.startswith(path) for home in homes)]
    path = max(paths, key=len, default="") or homes[0][:STEP]
    return path


def _with_source(things):
    by_model = {source.model: source for source in sources()}
    return [(by_model[type(thing)], thing) for thing in things]


@transaction.atomic
def open_request(
    things,
    *,
    kind,
    reason,
    organization,
    by,
    at,
    subject_name="",
    subject_phone="",
    new_name="",
    new_phone="",
    by_person=False,
):
    """Write a request down with the things it is about, and tell those who decide. One that is open already for the same
    thing and of the same kind is answered instead of a second one."""
    if kind == RequestKind.CORRECT and not (new_name or new_phone):
        raise InvalidInput({"new_name": ["请填写更正后的姓名或电话。"]})
    known = _known(things, kind)
    if known:
        return known
    deadline = load_calendar().add_workdays(timezone.localdate(at), settings.DATA_REQUEST_WORK_DAYS)
    request = DataRequest.objects.create(
        kind=kind,
        organization=organization,
        subject_name=subject_name,
        subject_phone=subject_phone,
        reason=reason,
        new_name=new_name,
        new_phone=new_phone,
        by_person=by_person,
        received_at=at,
        received_by=by.user,
        due_date=deadline.date,
    )
    label = str(RequestKind(kind).label)
    told = {"kind": label, "name": mask_name(subject_name), "phone": mask_phone(subject_phone)}
    record_event(request, "opened", by=by, at=at, organization=organization, after=told, note=_plain(request))
    for source, thing in _with_source(things):
        DataRequestItem.objects.create(
            request=request,
            subject_type=source.subject_type,
            subject_id=thing.pk,
            label=source.label(thing)[:60],
        )
        record_event(
            thing, "data_requested", by=by, at=at, organization=source.home(thing), after={"what": label}
        )
    _tell_deciders(request, at=at, unless=by.user)
    return request


def _known(things, kind):
    source, thing = _with_source(things)[0]
    open_ones = DataRequest.objects.open().filter(
        kind=kind, items__subject_type=source.subject_type, items__subject_id=thing.pk
    )
    return open_ones.first() if len(things) == 1 else None


def _tell_deciders(request, *, at, unless):
    """The nearest office that decides; never somebody from whom the matter itself is hidden."""
    on = timezone.localdate(at)
    paths = request.organization.ancestor_paths()[:2]
    holders = User.objects.filter(
        memberships__role="organizer",
        memberships__organization__path__in=paths,
        memberships__start_date__lte=on,
        is_active=True,
    ).exclude(memberships__end_date__lt=on)
    seen = [
        user
        for user in holders.distinct()
        if user != unless and DataRequest.objects.visible_to(user).filter(pk=request.pk).exists()
    ]
    title = f"个人信息请求待处理：{request.get_kind_display()}"
    body = f"须在 {request.due_date:%Y-%m-%d} 前答复本人。"
    notify(seen, title=title, body=body, link=f"/admin/records/datarequest/{request.pk}/change/", at=at)


def perform_request(verb, request, *, by, at, data):
    """`fulfil` or `refuse` a request. Returns it in its new state."""
    move = REQUEST_TABLE[verb]
    check_move(request, move, by=by, status=RequestStatus)
    given = move.clean(data, request, by.user)
    with transaction.atomic():
        if verb == "fulfil":
            _fulfil(request, by=by, at=at)
        changes = {"decided_at": at, "decided_by": by.user, "answer": given["answer"]}
        make_move(
            request,
            move,
            by=by,
            at=at,
            organization=request.organization,
            status=RequestStatus,
            changes=changes,
            note=given["answer"],
        )
        if verb == "refuse":
            _note_refusal(request, by=by, at=at, note=given["answer"])
    return request


def _fulfil(request, *, by, at):
    """Do what was asked to each thing; what cannot be done stays, with the reason. If nothing could, nothing is done."""
    done, refusals = 0, []
    note = f"{request.get_kind_display()}：{_plain(request)}"
    for item, source, thing in things_of(request.items.all()):
        why = "" if thing is not None else "已经不在系统里"
        if not why:
            why = _serve(request, source, thing, by=by, at=at, note=note)
        item.outcome, item.done_at = (why or _DONE[request.kind])[:200], at
        item.save(update_fields=["outcome", "done_at"])
        if why:
            refusals.append(f"{item.label}：{why}")
        else:
            done += 1
    if not done:
        raise Conflict(
            "没有一件可以照办：" + "；".join(refusals)[:300] + "。请改用「不同意」，把理由告诉本人。",
            code="must-be-kept",
        )


_DONE = {
    RequestKind.EXPORT: "可以导出",
    RequestKind.CORRECT: "已更正",
    RequestKind.DELETE: "已删除个人信息",
    RequestKind.STOP: "已停止处理",
    RequestKind.RESUME: "已恢复处理",
}


def _serve(request, source, thing, *, by, at, note):
    """Why it could not be done, or ""."""
    how = {"by": by, "at": at, "note": note}
    try:
        if request.kind == RequestKind.CORRECT:
            source.correct(thing, name=request.new_name, phone=request.new_phone, **how)
        elif request.kind == RequestKind.DELETE:
            if why := source.why_kept(thing, at=at, besides=request):
                return why
            source.anonymize(thing, **how)
        elif request.kind == RequestKind.STOP:
            source.stop(thing, **how)
        elif request.kind == RequestKind.RESUME:
            source.resume(thing, **how)
    except DomainError as refusal:
        return refusal.message
    return ""


def _note_refusal(request, *, by, at, note):
    for _item, source, thing in things_of(request.items.all()):
        if thing is not None:
            record_event(
                thing,
                "data_request_refused",
                by=by,
                at=at,
                organization=source.home(thing),
                after={"what": str(request.get_kind_display())},
                note=note,
            )


@transaction.atomic
def export_request(request, *, by, at):
    """Everything on her things, unmasked, for her: only once the request is granted, and an event each time.
    Returns [(label, {section: …})]."""
    if not decides(by.user, request):
        raise NotAllowed("个人信息由县市区以上的组工干部导出，请转给他们办理。")
    if request.kind != RequestKind.EXPORT or request.status != RequestStatus.DONE:
        raise Conflict("只有已办理的「查阅、复制」请求可以导出，请先按要求办理。", code="wrong-state")
    record_event(request, "exported", by=by, at=at, organization=request.organization)
    told = []
    for item, source, thing in things_of(request.items.all()):
        if thing is not None:
            record_event(
                thing, "exported", by=by, at=at, organization=source.home(thing), note=_plain(request)
            )
            told.append((item.label, source.export(thing)))
    return told


def _plain(request):
    """Her reason for the trail, which is kept for ever: without numbers, and without her name."""
    words = scrub_person(request.reason, name=request.subject_name, phone=request.subject_phone)
    return words[:400]


def _plain_phone(phone, field):
    phone = re.sub(r"[\s\-—()]", "", unicodedata.normalize("NFKC", phone or ""))
    if phone and not PHONE.fullmatch(phone):
        raise InvalidInput({field: ["电话应为5到20位数字，可带区号，请核对后重填。"]})
    return phone
