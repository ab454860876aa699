"""The duty file (R73, R7): honours, the yearly list, objections, the PDF, and the archive of a county."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from records.jobs import run_job
from records.models import Attachment, Event
from records.papers.rendering import pdf_problem
from representatives.actions.duty_items import cancel_tick, copy_list, tick_item
from representatives.actions.honours import record_honour, withdraw_honour
from representatives.actions.ledger import write_duty_record
from representatives.actions.objections import perform_objection, raise_objection
from representatives.duty_file import open_duty_file
from representatives.duty_lists import DutyLists
from representatives.enums import Level, ObjectionStatus
from representatives.ledger import check_ledger
from representatives.models import Contact, DutyItem, DutyObjection, DutyRecord, DutyTick, Honour, Mandate
from representatives.moves.duty_file import OBJECTIONS
from representatives.pages.duty_overview import overview_of
from representatives.papers.archive import archives_of, give_archive, start_archive
from representatives.papers.dossier import print_dossier
from representatives.setup import load_duty_items
from tests.factories import MONDAY, acting, make_mandate, make_person

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()
DAY = TODAY.isoformat()
YEAR = TODAY.year
needs_pdf = pytest.mark.skipif(bool(pdf_problem()), reason="this machine cannot make a PDF")


def honour(city, /, by=None, **fields):
    data = {
        "mandate": city.mandate.pk,
        "title": "优秀共产党员",
        "granted_by": "中共寿光市委",
        "level": "county",
        "granted_date": "2026-07-01",
        "document_number": "寿发〔2026〕12号",
    }
    return record_honour(by=acting(by or city.organizer), at=MONDAY, **data | fields)


def tick(city, item, /, by=None, **fields):
    data = {"evidence": "到屯西村看蔬菜大棚", "on": DAY} | fields
    return tick_item(item, city.mandate, by=acting(by or city.representative, "portal"), at=MONDAY, **data)


def object_to(city, /, by=None, **fields):
    data = {"kind": "missing", "duty_kind": "reception", "on": DAY, "text": "上午接待了三位群众。"} | fields
    return raise_objection(city.mandate, by=acting(by or city.representative, "portal"), at=MONDAY, **data)


def file_of(mandate, reader, asked=str(YEAR), **more):
    return open_duty_file(mandate, reader=reader, on=TODAY, asked=asked, **more)


def reception(mandate, day, number=1):
    """A line as the venue's action would write it; the source is of no matter here."""
    write_duty_record(mandate, "reception", on=day, source=Contact(pk=number))


@pytest.fixture
def items(city):
    load_duty_items(YEAR)
    return {item.text: item for item in DutyItem.objects.all()}


class TestHonours:
    def test_it_is_a_line_of_the_file_until_it_is_withdrawn(self, city):
        made = honour(city)
        line = DutyRecord.objects.standing().get(kind="honour")
        assert (line.mandate, line.on, line.source_id) == (city.mandate, date(2026, 7, 1), made.pk)
        assert list(check_ledger()) == []
        file = file_of(city.mandate, city.representative)
        assert file.honours == [made]
        assert [entry.told.what for _month, entries in file.months for entry in entries] == [
            "优秀共产党员　中共寿光市委"
        ]
        withdraw_honour(made, by=acting(city.organizer), at=MONDAY, reason="登记到了别人名下")
        assert not DutyRecord.objects.standing().exists()
        assert list(check_ledger()) == []
        assert file_of(city.mandate, city.representative).honours == []
        assert [event.verb for event in Event.objects.about(made).order_by("pk")] == [
            "honour",
            "withdraw_honour",
        ]
        assert list(Notice.objects.order_by("pk").values_list("user_id", "title")) == [
            (city.representative.pk, "「优秀共产党员」已记入您的履职档案"),
            (city.representative.pk, "「优秀共产党员」已从您的履职档案撤下"),
        ]
        assert honour(city).is_standing
        with pytest.raises(Conflict):
            withdraw_honour(made, by=acting(city.organizer), at=MONDAY, reason="再撤一次")

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"title": " "}, "title"),
            ({"level": "world"}, "level"),
            ({"granted_date": "2026-11-17"}, "granted_date"),
            ({"granted_date": "2021-12-19"}, "granted_date"),
            ({"granted_date": "去年"}, "granted_date"),
            ({"mandate": "next door"}, "mandate"),
            ({"prize": "1000"}, "prize"),
        ],
    )
    def test_what_is_refused_is_told_at_the_field(self, city, fields, field):
        if fields.get("mandate"):
            fields = {"mandate": Mandate.objects.get(person__user=city.stranger_representative).pk}
        with pytest.raises(InvalidInput) as refused:
            honour(city, **fields)
        assert set(refused.value.errors) == {field}
        assert not Honour.objects.exists()

    def test_nobody_enters_one_twice_or_for_herself(self, city):
        made = honour(city)
        with pytest.raises(InvalidInput, match="已经登记过"):
            honour(city)
        for user in (city.representative, city.keeper, city.leader):
            with pytest.raises(NotAllowed):
                honour(city, by=user, title="别的")
        for user in (city.representative, city.stranger, city.leader):
            with pytest.raises(NotAllowed):
                withdraw_honour(made, by=acting(user), at=MONDAY, reason="不算")
        assert made in Honour.objects.visible_to(city.leader)
        assert made not in Honour.objects.visible_to(city.stranger)
        assert made not in Honour.objects.visible_to(city.colleague)


class TestTheYearlyList:
    def test_the_ledger_ticks_what_it_knows(self, city, items):
        file = file_of(city.mandate, city.representative)
        assert (file.reached, len(file.lines)) == (0, 7)
        assert file.next_line.still == "还差 2 次驻室接待"
        for number, day in enumerate((date(2026, 3, 1), date(2026, 6, 1)), start=1):
            reception(city.mandate, day, number)
        for number, day in enumerate((date(2026, 1, 5), date(2026, 2, 5), date(2026, 9, 5)), start=9):
            write_duty_record(city.mandate, "branch_contact", on=day, source=Contact(pk=number))
        file = file_of(city.mandate, city.representative)
        lines = {line.item.text: line for line in file.lines}
        assert lines["驻室接待"].is_reached and lines["驻室接待"].days == [date(2026, 3, 1), date(2026, 6, 1)]
        assert (lines["联系党支部"].done, lines["联系党支部"].missing) == (2, 2)
        assert file.next_line.still == "还差 2 个季度联系党支部"
        whole = file_of(city.mandate, city.representative, "term")
        assert whole.reached_by_year[0] == (YEAR, 1, 7)
        assert whole.period.label == "2021—2026年（全届）"

    def test_a_persons_own_doings_count_by_whichever_mandate(self, city, items):
        other = make_mandate(city.town, person=city.mandate.person, level=Level.COUNTY)
        reception(other, date(2026, 3, 1))
        assert file_of(city.mandate, city.representative).lines[0].done == 1
        assert file_of(city.mandate, city.representative).is_empty

    def test_she_writes_down_the_rest_and_the_office_may_take_it_back(self, city, items):
        made = tick(city, items["联系党员群众"], quantity="3")
        tick(city, items["联系党员群众"], on="2026-03-02", quantity="")
        line = file_of(city.mandate, city.representative).lines[2]
        assert (line.item.text, line.done, line.missing) == ("联系党员群众", 4, 1)
        with pytest.raises(InvalidInput, match="一天登记一次"):
            tick(city, items["联系党员群众"])
        with pytest.raises(InvalidInput):
            cancel_tick(made, by=acting(city.organizer), at=MONDAY, reason="")
        cancel_tick(made, by=acting(city.organizer), at=MONDAY, reason="那天不在村里")
        assert file_of(city.mandate, city.representative).lines[2].done == 1
        assert Notice.objects.get(user=city.representative).body == "那天不在村里"
        with pytest.raises(Conflict):
            cancel_tick(made, by=acting(city.organizer), at=MONDAY, reason="再来")

    def test_what_is_not_hers_to_tick(self, city, items):
        research = items["调研"]
        with pytest.raises(Conflict, match="自动计"):
            tick(city, items["驻室接待"])
        for user in (city.colleague, city.stranger, city.keeper, city.leader):
            with pytest.raises(NotAllowed):
                tick(city, research, by=user)
        for fields in ({"on": "2026-11-17"}, {"on": "2025-11-17"}, {"evidence": ""}, {"quantity": "0"}):
            with pytest.raises(InvalidInput):
                tick(city, research, **fields)
        research.level = "county"
        research.save(update_fields=["level"])
        with pytest.raises(Conflict, match="不在这个代表资格的清单里"):
            tick(city, research)
        assert not DutyTick.objects.exists()

    def test_the_nearest_places_list_counts_and_is_copied_on(self, city, items):
        own = DutyItem.objects.create(
            organization=city.county, year=YEAR, text="驻室接待", kinds=["reception"], wanted=6
        )
        texts = [(item.text, item.wanted) for item in DutyLists([YEAR]).of(city.mandate, YEAR)]
        assert texts == [("驻室接待", 6), ("接收并反馈群众意见", 1), ("年度述职", 1)]
        copied = copy_list(by=acting(city.organizer), at=MONDAY, organization=city.county.pk, year=YEAR)
        assert [(item.year, item.wanted, item.kinds) for item in copied] == [(YEAR + 1, 6, ["reception"])]
        own.refresh_from_db()
        assert own.year == YEAR and copied[0].pk != own.pk
        with pytest.raises(Conflict, match="已有 1 项"):
            copy_list(by=acting(city.organizer), at=MONDAY, organization=city.county.pk, year=YEAR)
        with pytest.raises(InvalidInput):
            copy_list(by=acting(city.organizer), at=MONDAY, organization=city.root.pk, year=YEAR)
        with pytest.raises(NotAllowed):
            copy_list(by=acting(city.leader), at=MONDAY, organization=city.county.pk, year=YEAR)

    def test_the_defaults_are_loaded_once_and_what_was_changed_stays(self, city, items):
        items["调研"].wanted = 4
        items["调研"].save(update_fields=["wanted"])
        assert load_duty_items(YEAR) == 0
        assert all(item.source for item in items.values())
        assert DutyItem.objects.get(text="调研").wanted == 4

    def test_who_is_below_what_in_as_many_queries_for_one_as_for_three(
        self, city, items, django_assert_num_queries
    ):
        with django_assert_num_queries(5):
            overview = overview_of(city.county, YEAR, on=TODAY)
        assert (overview.people, overview.complete, overview.page.paginator.count) == (2, 0, 2)
        for _number in range(2):
            make_mandate(city.town)
        for number in (1, 2):
            reception(city.mandate, date(2026, number, 1), number)
        first = items["驻室接待"]
        with django_assert_num_queries(5):
            overview = overview_of(city.county, YEAR, on=TODAY, item=str(first.pk))
        assert overview.page.paginator.count == 3
        assert city.mandate.pk not in [row.pk for row in overview.page]
        assert [(one.item.text, len(one.reached), one.behind) for one in overview.counts][0] == (
            "驻室接待",
            1,
            3,
        )
        assert "驻室接待差 2 次" in overview.page[0].words


class TestObjections:
    def test_from_the_objection_to_the_answer(self, city):
        made = honour(city)
        line = DutyRecord.objects.get(kind="honour")
        objection = object_to(city, kind="wrong", record=line.pk, text="是2025年的，日期写错了。")
        assert (objection.status, objection.about) == ("open", "2026年7月1日 获得表彰")
        told = Notice.objects.exclude(user=city.representative).get()
        assert (told.user, told.title) == (city.organizer, "杨守伟代表对履职记录有异议")
        [(_month, [entry])] = file_of(city.mandate, city.representative).months
        assert entry.is_objected
        with pytest.raises(Conflict, match="已经提过"):
            object_to(city, kind="wrong", record=line.pk)
        withdraw_honour(made, by=acting(city.organizer), at=MONDAY, reason="日期错了，重新登记")
        perform_objection(
            "accept", objection, by=acting(city.organizer), at=MONDAY, data={"answer": "已改为2025年7月1日。"}
        )
        objection.refresh_from_db()
        assert (objection.status, objection.answered_by) == ("accepted", city.organizer)
        told = Notice.objects.filter(user=city.representative).order_by("pk").last()
        assert (told.title, told.body) == ("您对履职记录的异议已答复：已更正", "已改为2025年7月1日。")

    @pytest.mark.parametrize("status", ObjectionStatus)
    @pytest.mark.parametrize("verb", ["accept", "refuse", "withdraw"])
    def test_the_table_walked_whole(self, city, status, verb):
        objection = object_to(city)
        answered = {"answer": "查过了", "answered_at": MONDAY} if status in ObjectionStatus.answered() else {}
        DutyObjection.objects.filter(pk=objection.pk).update(status=status, **answered)
        objection.refresh_from_db()
        by = acting(city.representative if verb == "withdraw" else city.organizer)
        data = {"answer": "核对过了"} if OBJECTIONS[verb].needs else {}
        if status == ObjectionStatus.OPEN:
            done = perform_objection(verb, objection, by=by, at=MONDAY, data=data)
            assert done.status == OBJECTIONS[verb].target
        else:
            with pytest.raises(Conflict):
                perform_objection(verb, objection, by=by, at=MONDAY, data=data)

    def test_nobody_else_raises_sees_or_answers(self, city):
        for user in (city.organizer, city.colleague, city.stranger):
            with pytest.raises(NotAllowed):
                object_to(city, by=user)
        objection = object_to(city)
        for user in (city.representative, city.colleague, city.stranger, city.leader, city.keeper):
            with pytest.raises(NotAllowed):
                perform_objection("refuse", objection, by=acting(user), at=MONDAY, data={"answer": "不改"})
        with pytest.raises(NotAllowed):
            perform_objection("withdraw", objection, by=acting(city.organizer), at=MONDAY, data={})
        seen = [
            user
            for user in (city.representative, city.organizer, city.colleague, city.leader, city.stranger)
            if DutyObjection.objects.visible_to(user).exists()
        ]
        assert seen == [city.representative, city.organizer]
        # Her own boss in the office as well: nobody answers in her own case.
        city.mandate.person.user = city.organizer
        city.mandate.person.save(update_fields=["user"])
        objection = DutyObjection.objects.with_names().get()
        with pytest.raises(NotAllowed):
            perform_objection(
                "accept", objection, by=acting(city.organizer), at=MONDAY, data={"answer": "改"}
            )

    def test_what_is_refused_is_told_at_the_field(self, city):
        honour(city)
        other = Mandate.objects.get(person__user=city.colleague)
        reception(other, TODAY)
        strange = DutyRecord.objects.get(mandate=other)
        for fields, field in (
            ({"text": ""}, "text"),
            ({"kind": "wrong"}, "record"),
            ({"kind": "wrong", "record": strange.pk}, "record"),
            ({"duty_kind": ""}, "duty_kind"),
            ({"on": "2026-11-17"}, "on"),
            ({"on": "2021-11-17"}, "on"),
            ({"on": None}, "on"),
        ):
            with pytest.raises(InvalidInput) as refused:
                object_to(city, **fields)
            assert set(refused.value.errors) == {field}
        assert not DutyObjection.objects.exists()


def words_of(pdf):
    from pypdf import PdfReader

    # Extraction may put spaces between Chinese signs.
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@needs_pdf
def test_on_paper_with_everything_and_nothing_raw(city, items):
    honour(city)
    reception(city.mandate, date(2026, 3, 1))
    tick(city, items["调研"])
    object_to(city)
    name, pdf = print_dossier(
        city.mandate, by=acting(city.representative, "portal"), at=MONDAY, on=TODAY, asked=str(YEAR)
    )
    assert (name, pdf[:5]) == (f"履职档案-杨守伟-{YEAR}年.pdf", b"%PDF-")
    words = words_of(pdf)
    for said in (
        "党代表履职档案",
        "杨守伟",
        "优秀共产党员",
        "寿发〔2026〕12号",
        "到屯西村看蔬菜大棚",
        "待答复",
    ):
        assert said in words
    assert not any(code in words for code in ("reception", "county", "open", "None"))
    event = Event.objects.about(city.mandate).get(verb="file_printed")
    assert (event.actor, event.after) == (city.representative, {"period": f"{YEAR}年"})


def test_a_colleague_of_the_group_prints_nobodys_file(city):
    for user in (city.colleague, city.stranger, city.stranger_representative):
        with pytest.raises(NotAllowed):
            print_dossier(city.mandate, by=acting(user), at=MONDAY, on=TODAY)
    assert not Event.objects.filter(verb="file_printed").exists()


class TestArchive:
    def test_only_organizers_of_the_place(self, city):
        for user in (city.stranger, city.leader, city.keeper, city.representative):
            with pytest.raises(NotAllowed):
                start_archive(city.county, YEAR, by=acting(user), at=MONDAY)
        with pytest.raises(InvalidInput, match="还没有到"):
            start_archive(city.county, YEAR + 1, by=acting(city.organizer), at=MONDAY)
        with pytest.raises(InvalidInput, match="没有党代表"):
            start_archive(city.county, 2020, by=acting(city.organizer), at=MONDAY)

    @needs_pdf
    def test_one_pdf_for_each_person_in_a_folder_for_each_town(self, city, items, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        make_mandate(city.town, person=make_person(name="曹/冬梅"))
        honour(city)
        job = start_archive(city.county, YEAR, by=acting(city.organizer), at=MONDAY)
        with pytest.raises(Conflict, match="还没有打包完"):
            give_archive(job, by=acting(city.organizer), at=MONDAY)
        job = run_job(job.pk)
        assert (job.state, job.result) == ("done", {"files": 3})
        assert archives_of(city.organizer).get() == job
        assert not archives_of(city.stranger).exists() and not archives_of(city.leader).exists()
        answer = give_archive(job, by=acting(city.organizer), at=MONDAY)
        archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
        answer.file_to_stream.close()
        congress = "洛城街道第16次代表大会"
        names = sorted(archive.namelist())
        assert [name for name in names if "杨守伟" in name] == [
            name for name in names if name.endswith(f"-杨守伟-{congress}.pdf")
        ]
        assert {name.split("/")[0] for name in names} == {"洛城街道", "目录.xlsx"}
        assert sorted(name.split("-")[1] for name in names if "/" in name) == ["曹冬梅", "杨守伟", "王雯"]
        hers = next(name for name in names if "杨守伟" in name)
        assert "优秀共产党员" in words_of(archive.read(hers))
        sheet = list(
            openpyxl.load_workbook(io.BytesIO(archive.read("目录.xlsx"))).active.iter_rows(values_only=True)
        )
        assert len(sheet) == 4
        assert {row[11] for row in sheet[1:]} == set(names) - {"目录.xlsx"}
        verbs = Event.objects.filter(verb__in=("exported", "downloaded")).order_by("pk")
        assert [event.verb for event in verbs] == ["exported", "downloaded"]


def test_attachments_belong_to_the_file(city, settings, tmp_path, client):
    settings.MEDIA_ROOT = tmp_path
    item = DutyItem.objects.create(organization=city.county, year=YEAR, text="调研")
    photo = SimpleUploadedFile("调研.txt", "看了三个大棚".encode())
    tick(city, item, upload=photo)
    file = file_of(city.mandate, city.representative)
    [(attachment, what)] = file.documents
    assert (attachment, what) == (Attachment.objects.get(), "调研")
    client.force_login(city.stranger_representative)
    assert client.get(f"/files/{attachment.pk}/").status_code == 404


def test_as_many_queries_for_a_long_file_as_for_a_short_one(city, items, django_assert_max_num_queries):
    for number in range(1, 4):
        reception(city.mandate, date(2026, number, 1), number)
        honour(city, title=f"荣誉{number}")
        tick(city, items["调研"], on=f"2026-0{number}-03")
    mandate = Mandate.objects.select_related("person", "congress", "organization", "group").get(
        pk=city.mandate.pk
    )
    with django_assert_max_num_queries(17):
        file = file_of(mandate, city.representative)
    assert len(file.honours) == 3 and file.page.paginator.count == 6
