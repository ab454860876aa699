"""Every registered route with an example address, for the city of tests/factories.py."""

import re

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import get_resolver
from django.utils import timezone

from accounts.actions import notify
from accounts.actor import Actor
from accounts.models import NoticeChannel
from petitions.actions import perform
from petitions.actions.disputes import open_dispute, perform_dispute
from petitions.actions.slips import open_box, paste_chat
from petitions.models import (
    CallBack,
    Category,
    Channel,
    HotTopic,
    ReminderRule,
    ReplyTemplate,
    SavedSearch,
    TimeLimit,
)
from petitions.personal import open_data_request
from petitions.setup import load_reminder_rules
from records.attachments import attach_file
from records.metrics import all_metrics
from records.models import Document, Event, Job, RetentionReport, RetentionRule
from records.retention import load_retention_rules
from representatives.models import DutyRecord, GroupPolicy
from studios.models import ChecklistItem
from tests.access.appraised import APPRAISAL_VERBS, appraisal_examples
from tests.access.files import VERBS as FILE_VERBS
from tests.access.files import file_examples
from tests.access.follow_ups import FOLLOW_UP_VERBS, follow_up_examples
from tests.access.links import link_examples
from tests.access.receptions import reception_examples
from tests.access.surveys import VERBS as SURVEY_VERBS
from tests.access.surveys import survey_examples
from tests.access.trainings import VERBS as TRAINING_VERBS
from tests.access.trainings import training_examples
from tests.factories import MONDAY, acting, make_petition
from workdays.models import CalendarYear

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
SKIP = {
    "admin/(?P<url>.*)$": "the admin's own not-found page",
    "^api(/|$)": "the API's own not-found page",
}


def all_routes():
    """{route: pattern}, in the order of the resolver."""

    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, route)
            elif route not in SKIP:
                yield route, pattern

    return dict(walk(get_resolver().url_patterns, ""))


def walked_routes():
    """All of them; every third on PostgreSQL, where the suite runs for the second time: who may open what is not for the
    engine to say, and the walks take as long as all other tests together."""
    routes = all_routes()
    return routes if connection.vendor == "sqlite" else dict(list(routes.items())[::3])


def methods_of(pattern):
    """What a route is asked with: an API view names its methods, a page is asked to show and to take."""
    actions = getattr(pattern.callback, "actions", None)
    if actions:
        return [name.upper() for name in actions if name in ("get", "post", "put", "patch", "delete")]
    return ["GET", "POST"]


def _of_the_venue(city):
    by = acting(city.keeper)
    opening = open_box(
        by=by, at=MONDAY, studio=city.studio, place="大厅门口", opened_at=MONDAY, opener_one="许磊",
        opener_two="孙敏", slip_count=2,
    )  # fmt: skip
    chat = paste_chat(
        by=by, at=MONDAY, studio=city.studio, group_name="邻里群", text="张三 10:23\n路灯坏了没人管"
    )
    dispute = open_dispute(
        by=by, at=MONDAY, studio=city.studio, title="讨薪", kind="wages", claimant="赵大勇", respondent="某厂"
    )
    paid = {"paid_on": MONDAY.date(), "amount": "100", "payer": "某厂"}
    recovery = perform_dispute("add_recovery", dispute, by=by, at=MONDAY, data=paid).new_recovery
    return opening, chat, dispute, recovery


ROOMS = (
    reception_examples,
    training_examples,
    link_examples,
    file_examples,
    appraisal_examples,
    survey_examples,
    follow_up_examples,
)
VERBS = TRAINING_VERBS | FILE_VERBS | APPRAISAL_VERBS | SURVEY_VERBS | FOLLOW_UP_VERBS
"""What a route begins with → the verb that its example is asked for."""


class Examples:
    """One thing of each kind in the own county, and the address of each route for it."""

    def __init__(self, city):
        load_reminder_rules()
        petition = make_petition(city, status="handling")
        told = make_petition(city, status="told")
        call_back = CallBack.objects.create(petition=told, sampled_on=MONDAY.date())
        notify([city.representative], title="请您接待", at=MONDAY, link="/matters/")
        load_retention_rules()
        asked = open_data_request(
            petition=told, kind="delete", reason="事情已经办完", by=Actor.system(), at=MONDAY
        )
        duty_phone = NoticeChannel.objects.create(
            user=city.representative, name="微信", shown="wecombot://****", created_at=MONDAY
        )
        of_rooms, self.fixed = {}, {}
        for examples in ROOMS:
            rows, fixed = examples(city)
            of_rooms |= rows
            self.fixed |= fixed
        opening, chat, dispute, recovery = _of_the_venue(city)
        document = Document.objects.create(kind="notice", title="接待日通知", organization=city.county)
        job = Job.objects.create(
            kind="import-roster",
            created_by=city.organizer,
            created_at=timezone.now(),
            organization=city.county,
        )
        attachment = attach_file(
            petition, SimpleUploadedFile("a.png", PNG), by=acting(city.keeper), at=MONDAY
        )
        year = CalendarYear.objects.create(year=2026, source="国办", provisional=False)
        merged = perform(
            "merge",
            make_petition(city),
            by=acting(city.organizer),
            at=MONDAY,
            data={"main": make_petition(city)},
        )
        topic = HotTopic.objects.create(
            found_on=MONDAY.date(), organization=city.county, label="路灯不亮", size=3
        )
        topic.petitions.set([petition, told])
        template = ReplyTemplate.objects.create(
            name="已办结", content="{编号} 已办结。", organization=city.county
        )
        report = RetentionReport.objects.create(ran_at=MONDAY)
        keys = {
            "user": city.keeper,
            "problem": merged.problem,
            "hottopic": topic,
            "hot-topic": topic,
            "similar": petition,
            "suggest": petition,
            "organization": city.town,
            "calendaryear": year,
            "event": Event.objects.about(petition).first(),
            "document": document,
            "mandate": city.mandate,
            "person": city.mandate.person,
            "representative": city.mandate.person,
            "group": city.group,
            "congress": city.mandate.congress,
            "studio": city.studio,
            "callback": call_back,
            "call-back": call_back,
            "checklistitem": ChecklistItem.objects.create(code="premises", name="有场所"),
            "petition": petition,
            "search": SavedSearch.objects.create(user=city.organizer, name="逾期", query="tab=overdue"),
            "saved-search": SavedSearch.objects.create(user=city.keeper, name="逾期", query="tab=overdue"),
            "matter": told,
            "datarequest": asked,
            "data-request": asked,
            "boxopening": opening,
            "box-opening": opening,
            "pastedchat": chat,
            "pasted-chat": chat,
            "dispute": dispute,
            "recovery": recovery,
            "retentionrule": RetentionRule.objects.first(),
            "retentionreport": report,
            "retention-rule": RetentionRule.objects.first(),
            "retention-report": report,
            "notice-channel": duty_phone,
            "channel": Channel.objects.first(),
            "category": Category.objects.first(),
            "timelimit": TimeLimit.objects.first(),
            "time-limit": TimeLimit.objects.first(),
            "replytemplate": template,
            "reply-template": template,
            "reminderrule": ReminderRule.objects.first(),
            "reminder-rule": ReminderRule.objects.first(),
            "notice": city.representative.notices.order_by("pk").last(),
            "job": job,
            "import": job,
            "export": Job.objects.create(
                kind="export-ledger",
                created_by=city.organizer,
                created_at=timezone.now(),
                organization=city.county,
            ),
            "forming": Job.objects.create(
                kind="form-groups",
                created_by=city.organizer,
                created_at=timezone.now(),
                organization=city.county,
            ),
            "grouppolicy": (policy := GroupPolicy.objects.create(organization=city.county)),
            "group-policy": policy,
            "file": attachment,
            "duty-record": DutyRecord.objects.first(),
        } | of_rooms
        self.keys = {name: row.pk for name, row in keys.items()}
        self.attachment = attachment.pk
        self.venue_code = city.studio.code

    def address_of(self, route):
        """The address of `route` for the example it speaks of; KeyError where no example is known."""
        filled = re.sub(r"\(\?=[^()]*\)|[\^$]", "", route).replace("\\-", "-").replace("\\.", ".")
        return "/" + re.sub(
            r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:\[[^\]]*\][+*{}0-9,]*|[^()]*)\)", self._value(filled), filled
        )

    def _value(self, route):
        def value(match):
            name = match[1] or match[2]
            fixed = {
                "app_label": "petitions",
                "content_type_id": lambda: str(ContentType.objects.get_for_model(Document).pk),
                "code": self.venue_code if route.startswith("venues/") else all_metrics()[0].code,
                "form": "xlsx",
                "provider_id": "oidc",
                "attachment_id": str(self.attachment),
                "paper": "form",
                "ending": "docx",
                "job": str(self.keys["export"]),
                "verb": self._verb(route),
                **self.fixed,
            }.get(name)
            if fixed is not None:
                return fixed() if callable(fixed) else fixed
            return str(self.keys[self._noun(route[: match.start()])])

        return value

    @staticmethod
    def _verb(route):
        if "datarequest" in route:
            return "fulfil"
        if "dispute" in route:
            return "add_session"
        for start, verb in VERBS.items():
            if route.startswith(start):
                return verb
        for noun, verb in {
            "receptionday": "close",
            "duty": "ask_leave",
            "duties": "ask_leave",
            "swaps": "take",
            "pair": "record",
        }.items():
            if noun in route:
                return verb
        return "suspend" if "mandate" in route else "reply" if route.startswith("admin") else "feedback"

    def _noun(self, before):
        noun = before.rstrip("/").split("/")[-1]
        for form in (noun, noun.removesuffix("s"), re.sub("ies$", "y", noun), re.sub("es$", "", noun)):
            if form in self.keys:
                return form
        if before.startswith("admin/r/"):
            return "document"
        raise KeyError(f"no example for {before}")
