"""Personal data goes when its time is up, not before, and what was done is written down."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.actions import notify
from accounts.actor import Actor
from accounts.enums import Role
from accounts.masking import scrub_numbers, scrub_person
from accounts.models import Notice
from petitions.actions import perform
from petitions.models import Channel, Dispute, DisputeParty, Petition, Routing, Supplement, TrackingCode
from petitions.personal import open_data_request
from records.attachments import attach_file
from records.jobs import run_job
from records.models import Attachment, Event, Job, RetentionReport, RetentionRule
from records.retention import apply_retention, load_retention_rules, preview, seen_by
from records.retention_job import may_run_retention, start_retention
from records.tasks import apply_retention as nightly
from tests.access.routes import PNG
from tests.factories import MONDAY, acting, make_petition, make_user

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
LATER = MONDAY + timedelta(days=1096)
ID_CARD = "370783197503124512"
CONTENT = f"我是李桂兰，身份证{ID_CARD}，电话139 0000 2210或0536-5221234，路灯坏了。"


@pytest.fixture(autouse=True)
def rules(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    load_retention_rules()


@pytest.fixture
def archived(city):
    return make_petition(city, status="archived", content=CONTENT, title="李桂兰反映路灯不亮")


def run(at=LATER):
    return apply_retention(by=SYSTEM, at=at)


def line(report, what="petition"):
    return next(line for line in report.lines if line["what"] == what)


def test_when_the_time_is_up_the_person_goes_and_the_matter_stays(archived):
    Supplement.objects.create(petition=archived, content="再打13900002210", added_at=MONDAY)
    report = run()
    archived.refresh_from_db()
    assert (archived.petitioner_name, archived.petitioner_phone) == ("", "")
    assert archived.title == "某某反映路灯不亮"
    assert (
        archived.content == "我是某某，身份证（证件号已隐去），电话（电话已隐去）或（电话已隐去），路灯坏了。"
    )
    assert archived.supplements.get().content == "再打（电话已隐去）"
    assert archived.anonymized_at == LATER
    assert (archived.status, archived.rating) == ("archived", 5)
    assert line(report)["done"] == 1
    event = Event.objects.about(archived).get(verb="anonymized")
    assert "保留期满" in event.note
    assert "李桂兰" not in str([*Event.objects.values_list("before", "after", "note")])


def test_not_a_day_too_early(archived):
    assert line(run(MONDAY + timedelta(days=1095)))["done"] == 0
    archived.refresh_from_db()
    assert archived.petitioner_name == "李桂兰"


def test_a_second_run_finds_nothing_left(archived):
    assert line(run())["done"] == 1
    assert run(LATER + timedelta(days=1)).done == 0
    assert Event.objects.about(archived).filter(verb="anonymized").count() == 1


def test_an_open_matter_is_held_however_old(city):
    for status in ("received", "handling", "told"):
        make_petition(city, status=status)
    assert line(run(MONDAY + timedelta(days=9999)))["done"] == 0
    assert Petition.objects.filter(petitioner_name="李桂兰").count() == 3


def test_reopened_it_counts_anew(city, archived):
    perform("reopen", archived, by=acting(city.organizer), at=LATER, data={"reason": "又不亮了"})
    assert line(run())["done"] == 0


def test_the_public_channel_has_a_term_of_its_own(city):
    public = make_petition(city, status="archived")
    Petition.objects.filter(pk=public.pk).update(channel=Channel.objects.get(code="web"))
    TrackingCode.objects.create(petition=public, digest="d", created_at=MONDAY)
    staffs = attach_file(public, SimpleUploadedFile("a.png", PNG), by=acting(city.keeper), at=MONDAY)
    theirs = attach_file(public, SimpleUploadedFile("b.png", PNG), by=SYSTEM, at=MONDAY)
    report = run(MONDAY + timedelta(days=731))
    assert (line(report, "public-box")["done"], line(report)["done"]) == (1, 0)
    assert list(Attachment.objects.about(public)) == [staffs]
    assert not TrackingCode.objects.exists()
    assert Event.objects.about(public).get(verb="anonymized").after == {"files": 1}
    assert theirs.pk is not None


def test_the_bytes_of_a_photo_go_with_the_commit(city, django_capture_on_commit_callbacks):
    petition = make_petition(city, status="archived")
    photo = attach_file(petition, SimpleUploadedFile("b.png", PNG), by=SYSTEM, at=MONDAY)
    assert default_storage.exists(photo.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        run()
    assert not default_storage.exists(photo.file.name)


def make_dispute(city, **fields):
    fields = {"state": "open", "closed_on": None} | fields
    dispute = Dispute.objects.create(
        number="JF-1",
        title="张建国等讨薪",
        kind="wages",
        organization=city.town,
        studio=city.studio,
        opened_at=MONDAY,
        **fields,
    )
    DisputeParty.objects.create(dispute=dispute, side="claimant", name="张建国", phone="13711112222")
    DisputeParty.objects.create(dispute=dispute, side="respondent", name="宏达公司", is_firm=True)
    return dispute


@pytest.mark.parametrize(
    ("closed_after", "why"),
    [(None, "纠纷还在调解"), (1000, "纠纷结案后还须留存"), (0, "")],
)
def test_a_dispute_holds_its_matters(city, archived, closed_after, why):
    closed = {} if closed_after is None else {
        "state": "mediated", "closed_on": (MONDAY + timedelta(days=closed_after - 1)).date()
    }  # fmt: skip
    dispute = make_dispute(city, **closed)
    Petition.objects.filter(pk=archived.pk).update(dispute=dispute)
    told = line(run())
    assert told["done"] == (0 if why else 1)
    assert [reason for reason in told["held"] if reason.startswith(why)] == list(told["held"])
    assert bool(told["held"]) == bool(why)


def test_the_parties_of_a_closed_dispute_go_too(city):
    dispute = make_dispute(city, state="mediated", closed_on=MONDAY.date())
    assert line(run(), "dispute")["done"] == 1
    assert list(dispute.parties.values_list("name", "phone")) == [("张*", ""), ("宏达公司", "")]
    dispute.refresh_from_db()
    assert dispute.title == "某某等讨薪"
    assert line(run(), "dispute")["done"] == 0


def test_held_while_a_request_waits_or_a_receipt_is_missing(city, archived):
    routed = make_petition(city)
    Petition.objects.filter(pk=routed.pk).update(status="routed_out", routed_out_at=MONDAY)
    routing = Routing.objects.create(
        petition=routed, receiver="court", receiver_name="寿光市法院", reason="已起诉", routed_at=MONDAY
    )
    open_data_request(petition=archived, kind="export", reason="想看看", by=SYSTEM, at=LATER)
    report = run()
    assert line(report)["held"] == {"个人信息请求还没有答复": 1, "转出后还没有收到回执": 1}
    assert report.held == 2
    Routing.objects.filter(pk=routing.pk).update(receipt_on=MONDAY.date(), receipt_number="回1")
    assert line(run())["done"] == 1


def test_a_rule_that_is_off_does_nothing(archived):
    RetentionRule.objects.update(is_active=False)
    assert run().lines == []
    archived.refresh_from_db()
    assert archived.anonymized_at is None


def test_old_notices_go_and_younger_ones_stay(city):
    notify([city.keeper], title="新事项", at=MONDAY)
    notify([city.handler], title="新事项", at=MONDAY + timedelta(days=2))
    told = line(run(MONDAY + timedelta(days=731)), "notice")
    assert (told["done"], told["held"]) == (1, {})
    assert list(Notice.objects.values_list("user", flat=True)) == [city.handler.pk]


def test_what_was_asked_goes_after_its_own_term(city, archived):
    request = open_data_request(petition=archived, kind="export", reason="我李桂兰想看", by=SYSTEM, at=MONDAY)
    type(request).objects.filter(pk=request.pk).update(
        status="refused", answer="核不上身份", decided_at=MONDAY
    )
    report = run(MONDAY + timedelta(days=1096))
    assert line(report, "data-request")["done"] == 1
    request.refresh_from_db()
    assert (request.subject_name, request.subject_phone, request.reason) == ("", "", "已清除")


def test_looking_first_changes_nothing(archived):
    told = next(line for line in preview(at=LATER) if line["rule"].what == "petition")
    assert (told["count"], told["rows"]) == (1, [(archived, "")])
    archived.refresh_from_db()
    assert archived.anonymized_at is None


def test_everybody_counts_what_she_may_see(city, archived, client):
    """The county next door has one more, and a town is complained about: neither is in the number of who may not know."""
    abroad = make_petition(city, status="archived", title="邻县的事", mandate=None)
    Petition.objects.filter(pk=abroad.pk).update(
        studio=city.neighbour_studio, organization=city.neighbour_town, lead_unit=None
    )
    town = make_user(Role.ORGANIZER, city.town)
    chief = make_user(Role.ORGANIZER, city.root)
    secret = make_petition(city, status="archived", title="镇里不给盖章", accused=[city.town])

    def told(user):
        visible = seen_by(user, runs=may_run_retention(user))
        lines = {line["rule"].what: line for line in preview(at=LATER, visible=visible)}
        return lines, lines["petition"]["count"], [row.pk for row, _why in lines["petition"]["rows"]]

    assert preview(at=LATER)[0] and told(chief)[1] == 3
    for user, count in ((city.organizer, 2), (city.stranger, 1), (town, 1), (city.auditor, 0)):
        lines, counted, named = told(user)
        assert counted == len(named) == count, user
        # Notices know no reader: how many there are in the city is no business of hers.
        assert "notice" not in lines and "notice" in told(chief)[0]
    assert secret.pk in told(city.organizer)[2] and secret.pk not in told(town)[2]
    days = RetentionRule.objects.get(what="petition")
    days.days = 0
    days.save()
    Petition.objects.update(archived_at=MONDAY - timedelta(days=400), withdrawn_at=None)
    for user in (city.organizer, city.stranger, chief):
        client.force_login(user)
        rest = client.get("/api/v1/retention-reports/preview/").json()
        desk = client.get(reverse("admin:records_retentionreport_preview")).context["told"]
        assert [(row["what"], row["count"]) for row in rest] == [
            (line["rule"].what, line["count"]) for line in desk
        ]
    assert client.get("/api/v1/retention-reports/preview/").status_code == 200


def test_the_nightly_job_runs_and_reports(archived, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        nightly()
    job = Job.objects.get(kind="apply-retention")
    assert (job.state, job.result["done"]) == ("done", 0)
    assert RetentionReport.objects.get().job == job


def test_only_one_at_a_time_and_only_by_the_city(city, archived):
    from accounts.errors import Conflict, NotAllowed

    with pytest.raises(NotAllowed):
        start_retention(by=acting(city.organizer), at=LATER)
    job = start_retention(by=SYSTEM, at=LATER)
    with pytest.raises(Conflict):
        start_retention(by=SYSTEM, at=LATER)
    assert run_job(job.pk).state == "done"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("编号370783-2026-000123，2026-11-16，18400元", "编号370783-2026-000123，2026-11-16，18400元"),
        ("打138-1234-2210", "打（电话已隐去）"),
        ("１３８１２３４２２１０", "（电话已隐去）"),
        ("37078319750312451X", "（证件号已隐去）"),
        ("卡6222 0212 3456 7890 123", "卡（卡号已隐去）"),
        ("6222021234567890", "（卡号已隐去）"),
        ("0536-8888888", "（电话已隐去）"),
    ],
)
def test_numbers_are_found_and_others_left(text, clean):
    assert scrub_numbers(text) == clean


def test_one_sign_is_no_name():
    assert scrub_person("李家庄的李桂兰", name="李") == "李家庄的李桂兰"
    assert scrub_person("李家庄的李桂兰", name="李桂兰") == "李家庄的某某"


def test_the_desk_shows_looks_and_reports(city, archived, client):

    run()
    chief = make_user(Role.ORGANIZER, city.root)
    for user, may_run in ((chief, True), (city.organizer, False), (city.auditor, False)):
        client.force_login(user)
        page = client.get(reverse("admin:records_retentionreport_changelist"))
        assert "看看会处理哪些" in page.content.decode()
        assert client.get(reverse("admin:records_retentionreport_preview")).status_code == 200
        report = RetentionReport.objects.first()
        told = client.get(reverse("admin:records_retentionreport_change", args=[report.pk])).content.decode()
        assert "已处理 <b>1</b> 项" in told
        jobs = Job.objects.count()
        client.post(reverse("admin:records_retentionreport_run"))
        assert (Job.objects.count() > jobs) == may_run
        Job.objects.all().delete()
    client.force_login(city.keeper)
    assert client.get(reverse("admin:records_retentionreport_preview")).status_code == 403


def test_terms_over_rest(city, client):
    from records.models import Event

    rule = RetentionRule.objects.get(what="petition")
    path = f"/api/v1/retention-rules/{rule.pk}/"
    chief = make_user(Role.ORGANIZER, city.root)
    for user, status in ((city.keeper, 403), (city.organizer, 403), (city.auditor, 403), (chief, 200)):
        client.force_login(user)
        assert client.patch(path, '{"days": 900}', content_type="application/json").status_code == status
    rule.refresh_from_db()
    assert rule.days == 900
    event = Event.objects.about(rule).get()
    assert (event.actor, event.before, event.after) == (chief, {"days": 1095}, {"days": 900})
    for wrong in ('{"what": "notice"}', '{"days": -1}', '{"source": ""}'):
        assert client.patch(path, wrong, content_type="application/json").status_code == 400
    client.force_login(city.auditor)
    assert client.get("/api/v1/retention-rules/?is_active=true").json()["results"][0]["label"]


def test_what_was_done_over_rest(city, archived, client, django_capture_on_commit_callbacks):

    base = "/api/v1/retention-reports/"
    client.force_login(city.auditor)
    line = next(line for line in client.get(f"{base}preview/").json() if line["what"] == "petition")
    assert (line["days"], line["count"], line["rows"]) == (1095, 0, [])
    report = run()
    told = client.get(f"{base}{report.pk}/").json()
    assert (told["done"], told["started_by"]) == (report.done, "")
    assert next(line for line in told["lines"] if line["what"] == "petition")["done"] == 1
    assert client.post(f"{base}run/").status_code == 403
    client.force_login(city.organizer)
    assert client.post(f"{base}run/").status_code == 403
    client.force_login(city.keeper)
    assert [client.get(base).status_code, client.get(f"{base}preview/").status_code] == [403, 403]
    client.force_login(make_user(Role.ORGANIZER, city.root))
    started = client.post(f"{base}run/")
    assert (started.status_code, started.json()["kind"]) == (202, "apply-retention")
    assert client.post(f"{base}run/").status_code == 409
