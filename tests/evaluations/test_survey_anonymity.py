"""Nobody can tell who said what: asked of the database itself, as one who has stolen it would ask (R90)."""

import hashlib
import logging
import re

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Notice
from evaluations.actions.lots import draw_lots
from evaluations.actions.surveys import answer_survey, perform_survey
from evaluations.models import Survey, SurveyTally, SurveyToken
from evaluations.survey_codes import digest_of, in_groups
from records.models import Event
from tests.evaluations.surveys import answered, fresh, issue, open_survey, ticks
from tests.factories import acting, make_petition

pytestmark = pytest.mark.django_db

PHONE = "203.0.113.77"
PLACES = {"evaluations_survey", "evaluations_surveytally", "evaluations_surveytoken"}
"""The only tables that an answer may change."""


@pytest.fixture
def now():
    return timezone.now()


def dump():
    """{table: rows}, every column of every table, in the order in which they lie there."""
    tables = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return tables


def changed(before, after):
    return {table for table in after if before[table] != after[table]}


def send(survey, code, rating=5, *, address=PHONE, client=None):
    phone = client or Client(REMOTE_ADDR=address, HTTP_USER_AGENT="Mozilla/5.0 WeChat")
    phone.get(f"/survey/{code}/")
    return phone.post("/survey/", {"code": code, "sent": "1", **ticks(survey, rating)})


def test_an_answer_changes_nothing_but_counts(city, now):
    """No event, no notice, no session, no job, no log-in: of everything that is kept only the counts move, one token
    goes, and neither the phone's address nor the moment is anywhere."""
    survey = open_survey(city, at=now)
    codes = issue(city, survey, 3, at=now)
    before = dump()
    assert send(survey, codes[0], [5, 4, 3, 2]).status_code == 302
    after = dump()
    assert changed(before, after) == PLACES
    words = str([after[table] for table in sorted(PLACES)])
    assert PHONE not in words
    assert codes[0] not in str(after)
    for table in PLACES - {"evaluations_surveytoken"}:
        assert len(before[table]) == len(after[table])
    old, new = (
        [row for row in tables["evaluations_survey"] if row["id"] == survey.pk][0]
        for tables in (before, after)
    )
    assert {name for name in new if new[name] != old[name]} == {"answers_count"}
    tallies = zip(
        sorted(before["evaluations_surveytally"], key=lambda row: row["id"]),
        sorted(after["evaluations_surveytally"], key=lambda row: row["id"]),
        strict=True,
    )
    assert sum(new["count"] - old["count"] for old, new in tallies) == 4


def test_who_is_signed_in_on_the_phone_leaves_no_trace_either(city, now):
    """A representative of the venue answers with the phone on which she is signed in, long after her last click."""
    survey = open_survey(city, at=now)
    (code,) = issue(city, survey, 1, at=now)
    phone = Client(REMOTE_ADDR=PHONE)
    phone.force_login(city.colleague)
    session = phone.session
    session["seen_at"] = session["signed_in_at"] = int(now.timestamp()) - 600
    session.save()
    before = dump()
    answers = [phone.get(f"/survey/{code}/"), send(survey, code, client=phone), phone.get("/survey/thanks/")]
    assert [answer.status_code for answer in answers] == [200, 302, 200]
    assert not any(answer.cookies for answer in answers)
    assert changed(before, dump()) == PLACES
    assert phone.get("/").cookies, "elsewhere her session goes on"


def test_no_column_holds_what_could_lead_back():
    """Columns of what is left of an answer and of a token, all of them: neither person, nor time, nor address."""
    columns = {model: {f.column for f in model._meta.concrete_fields} for model in (SurveyTally, SurveyToken)}
    assert columns == {
        SurveyTally: {"id", "survey_id", "question", "rating", "count"},
        SurveyToken: {"digest", "survey_id"},
    }
    pointing = {
        f"{relation.related_model.__name__}.{relation.field.name}"
        for relation in Survey._meta.related_objects
    }
    assert pointing == {"SurveyToken.survey", "SurveyTally.survey"}
    assert not SurveyTally._meta.related_objects + SurveyToken._meta.related_objects


def test_two_who_swap_their_slips_leave_the_same_database(city, now):
    """What is kept does not depend on who said what, nor in which order: the same answers by other hands and the other
    way round end in the same rows, in the same places."""
    survey = open_survey(city, at=now)
    codes = issue(city, survey, 4, at=now)
    answers = [[5, 5, 5, 5], [1, 2, 1, 2], [3, 3, 4, 4], [5, 4, 3, 2]]
    traces = []
    for order in (codes, codes[::-1], codes[2:] + codes[:2]):
        point = transaction.savepoint()
        for code, ratings in zip(order, answers, strict=True):
            send(survey, code, ratings, address=f"203.0.113.{order.index(code) + 1}")
        tables = dump()
        traces.append({table: sorted(map(str, tables[table])) for table in PLACES})
        transaction.savepoint_rollback(point)
    assert traces[0] == traces[1] == traces[2]


@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="reads where rows lie in a table of PostgreSQL"
)
def test_where_rows_lie_does_not_tell_what_the_last_one_ticked(city, now):
    """An engine writes a changed row anew at the end: all counts are written, whatever was ticked."""
    survey = open_survey(city, at=now)
    codes = issue(city, survey, 2, at=now)
    send(survey, codes[0], [5, 4, 3, 2])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT xmin::text), count(DISTINCT cmin::text) FROM evaluations_surveytally"
        )
        assert cursor.fetchone() == (1, 1)


def test_tokens_are_kept_as_keyed_hashes_in_no_order(city, now, settings):
    survey = open_survey(city, at=now)
    codes = issue(city, survey, 40, at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM evaluations_surveytoken")
        kept = [row[0] for row in cursor.fetchall()]
    assert set(kept) == {digest_of(code) for code in codes}
    # Where a row lies follows from its hash, and not from the place of the slip on the sheet.
    assert kept == sorted(kept) != [digest_of(code) for code in codes]
    assert digest_of(codes[0], secret="another key") not in kept
    assert hashlib.sha256(codes[0].encode()).hexdigest() not in kept
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 60
    assert send(survey, codes[0]).status_code == 302
    assert SurveyToken.objects.count() == 39


def test_used_and_unknown_codes_are_answered_alike(city, now):
    survey = open_survey(city, at=now)
    used, _rest = issue(city, survey, 2, at=now)
    send(survey, used)
    pages = set()
    for code in (used, "7K3M9QX2AAAA"):
        phone = Client(REMOTE_ADDR=PHONE)
        for answer in (phone.get(f"/survey/{code}/"), phone.post("/survey/", {"code": code})):
            assert answer.status_code in (404, 400)
            pages.add(answer.content.decode().replace(in_groups(code), "CODE"))
    assert len(pages) == 1
    perform_survey("close", fresh(survey), by=acting(city.organizer), at=now)
    late = Client(REMOTE_ADDR=PHONE).get(f"/survey/{_rest}/").content.decode()
    assert late.replace(in_groups(_rest), "CODE") in pages


def test_used_and_unknown_codes_cost_the_same(city, now, django_assert_num_queries):
    survey = open_survey(city, at=now)
    (used,) = issue(city, survey, 1, at=now)
    send(survey, used)
    for code in (used, "7K3M9QX2AAAA", "x", ""):
        with django_assert_num_queries(1):
            Client().post("/survey/", {"code": code})


def test_no_cookie_and_nothing_kept_on_the_way(city, now):
    survey = open_survey(city, at=now)
    (code,) = issue(city, survey, 1, at=now)
    phone = Client(enforce_csrf_checks=True)
    answers = [phone.get("/survey/"), phone.get(f"/survey/{code}/"), phone.post("/survey/", {"code": code})]
    answers += [
        phone.post("/survey/", {"code": code, "sent": "1", **ticks(survey)}),
        phone.get("/survey/thanks/"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 302, 200]
    for answer in answers:
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["Referrer-Policy"] == "no-referrer"
    assert answers[3]["Location"] == "/survey/thanks/"
    assert not phone.cookies


def test_logs_do_not_tell(city, now, caplog):
    caplog.set_level(logging.DEBUG)
    # What is right is not told either, nor who is at the door; the test client's own statements are not the app's.
    survey = open_survey(city, at=now)
    code, other = issue(city, survey, 2, at=now)
    caplog.clear()
    with caplog.at_level(logging.WARNING, logger="django.db.backends"):
        send(survey, code)
        Client(REMOTE_ADDR=PHONE).get(f"/survey/{code}/")
        Client(REMOTE_ADDR=PHONE).post("/survey/", {"code": code})
        Client(REMOTE_ADDR=PHONE).get(f"/survey/{other}/")
        Client(REMOTE_ADDR=PHONE).put(f"/survey/{other}/")
    told = "\n".join(record.getMessage() for record in caplog.records)
    for secret in (code, other, in_groups(code), digest_of(code), PHONE):
        assert secret not in told


def test_the_cache_counts_no_right_code(city, now, monkeypatch):
    """Flood control remembers wrong codes by address; of a right one it does not even learn."""
    survey = open_survey(city, at=now)
    (code,) = issue(city, survey, 1, at=now)
    written = []
    for name in ("add", "set", "incr", "get", "touch"):
        monkeypatch.setattr(
            type(caches["default"]),
            name,
            lambda self, key, *args, _name=name, **kwargs: written.append((_name, key)),
            raising=False,
        )
    send(survey, code)
    assert written == []


def test_guessing_meets_a_growing_wait(city, now, settings):
    survey = open_survey(city, at=now)
    (code,) = issue(city, survey, 1, at=now)
    guesser = Client(REMOTE_ADDR=PHONE)
    waits = [
        int(guesser.get("/survey/AAAABBBBCCCC/").get("Retry-After", 0))
        for _try in range(settings.TRACK_FREE_TRIES + 3)
    ]
    assert waits == [0] * settings.TRACK_FREE_TRIES + [10, 20, 40]
    assert send(survey, code, client=guesser).status_code == 302


def test_the_trail_tells_counts_and_nobody(city, now):
    make_petition(city, status="told")
    survey = open_survey(city, at=now)
    codes = issue(city, survey, 3, at=now)
    draw_lots(fresh(survey), by=acting(city.keeper), at=now, data={"count": 1})
    for code in codes:
        answer_survey(code, on=now.date(), data=ticks(survey))
    perform_survey("close", fresh(survey), by=acting(city.organizer), at=now)
    events = Event.objects.filter(subject_type="evaluations.survey").order_by("pk")
    assert [(event.verb, event.after) for event in events if event.verb in ("issue", "draw")] == [
        ("issue", {"count": 3}),
        ("draw", {"count": 1}),
    ]
    told = str([(e.before, e.after, e.note) for e in events]) + str(
        list(Notice.objects.filter(title__contains="群众评议").values_list("title", "body"))
    )
    for secret in ("李桂兰", "李*", "13900002210", *codes, *map(in_groups, codes)):
        assert secret not in told


def test_the_public_page_asks_for_no_words_and_names_no_one_who_answers(city, now):
    survey = open_survey(city, at=now)
    (code,) = issue(city, survey, 1, at=now)
    page = Client().get(f"/survey/{code}/").content.decode()
    fields = re.findall(r'<(?:input|textarea|select)[^>]*name="([^"]+)"', page)
    assert set(fields) == {"code", "sent", *ticks(survey)}
    assert set(re.findall(r'type="(\w+)"[^>]*name="q-', page)) | set(
        re.findall(r'name="q-[^"]*"[^>]*type="(\w+)"', page)
    ) <= {"radio"}
    assert "<textarea" not in page
    assert "不记名" in page


def test_results_are_the_same_whoever_looks_and_however_often(city):
    survey = answered(city, [5, 3, 1])
    with pytest.raises(Exception, match="已结束|不能做"):
        perform_survey("open", survey, by=acting(city.organizer), at=survey.closed_at)
    assert not SurveyToken.objects.filter(survey=survey).exists()
