"""Finding a matter by what was said in it: any characters that stand together, on both engines."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitions import finding
from petitions.actions import perform
from petitions.finding import search, split_words
from petitions.models import Accused, Petition, Reply, Supplement
from representatives.models import Mandate
from studios.models import Keeper
from tests.factories import MONDAY, acting, make_petition, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(city):
    """One matter with words in every place that is searched, and another that has none of them."""
    make_petition(
        city, title="小区电梯停运", content="三号楼电梯停运一周。", place="", petitioner_name="赵大妈"
    )
    petition = make_petition(
        city,
        status="handling",
        title="村口路灯不亮（第２次反映）",
        content="Ａ3 纸写的意见：折扣 100% 的_承诺没有兑现，路径 C:\\灯 也坏了😀。",
        place="洛城街道屯西村",
        petitioner_name="欧阳桂兰",
        petitioner_phone="13912345678",
    )
    data = {"content": "供电所已更换灯头。", "outcome": "A"}
    perform("reply", petition, by=acting(city.handler), at=MONDAY, data=data)
    Supplement.objects.create(petition=petition, content="又添两盏", added_at=MONDAY)
    return petition


def found(text):
    return set(search(Petition.objects.all(), text).values_list("pk", flat=True))


@pytest.mark.parametrize(
    "words",
    [
        "路灯",
        "灯",
        "口路",
        "屯西",
        "更换",
        "添两",
        "路灯 更换 屯西村",
        "路灯　两盏",
        "(第2次",
        "（第２次",
        "a3",
        "ａ３",
        "A3",
        "100%",
        "0% 的_承",
        "C:\\灯",
        "😀",
        "了😀",
        "村口路灯不亮（第２次反映）",
        "路\x00灯",
    ],
)
def test_found_by_any_characters_that_stand_together(matter, words):
    assert found(words) == {matter.pk}


@pytest.mark.parametrize(
    "words",
    [
        "灯路",
        "路灯 电梯",
        "1%",
        "路_",
        "_灯",
        "%灯",
        "灯%",
        "屯%村",
        "\\灯\\",
        "😁",
        "路灯" * 200,
        "'",
        '"; --',
    ],
)
def test_not_found_by_others(matter, words):
    assert found(words) == set()


@pytest.mark.parametrize("words", ["欧阳", "桂兰", "13912345678", "5678"])
def test_never_by_the_name_or_the_phone_of_a_person(matter, words):
    assert found(words) == set()


@pytest.mark.parametrize("words", ["", "   ", "\x00", "　", None])
def test_no_word_is_no_condition(matter, words):
    assert len(found(words)) == 2


def test_any_part_of_the_number(matter):
    assert found(matter.number) == found(matter.number[:-1] + matter.number[-1]) == {matter.pk}
    assert matter.pk in found(matter.number[5:9])


def test_only_in_scope(city, matter):
    for user, seen in ((city.organizer, {matter.pk}), (city.handler, {matter.pk}), (city.stranger, set())):
        visible = Petition.objects.visible_to(user)
        assert set(search(visible, "路灯").values_list("pk", flat=True)) == seen


def test_what_is_no_longer_said_is_no_longer_found(matter):
    Petition.objects.filter(pk=matter.pk).update(title="（已匿名）", content="（已匿名）", place="")
    Reply.objects.filter(petition=matter).update(content="已办")
    Supplement.objects.filter(petition=matter).delete()
    assert (found("路灯"), found("更换"), found("两盏"), found("屯西")) == (set(), set(), set(), set())
    assert (found("匿名"), found("已办")) == ({matter.pk}, {matter.pk})


def test_a_matter_with_answers_can_go(matter):
    from records.models import Attachment

    Attachment.objects.all().delete()
    Reply.objects.filter(petition=matter).delete()
    assert found("更换") == set()


@pytest.mark.parametrize(
    ("common", "rare", "small"), [(8, 3000, 5000), (8, 0, 5000), (8, 0, 0), (1, 3000, 5000)]
)
def test_each_way_of_searching_finds_the_same(matter, monkeypatch, common, rare, small):
    """Rare words, frequent words in a small scope, frequent words in a large one; what the newest matters say."""
    monkeypatch.setattr(finding, "COMMON", common)
    monkeypatch.setattr(finding, "RARE", rare)
    monkeypatch.setattr(finding, "SMALL", small)
    visible = search(Petition.objects.all(), "路灯 更换")
    assert [petition.pk for petition in visible.with_names()[:5]] == [matter.pk]
    assert visible.count() == 1
    assert visible.open().exists()


@pytest.mark.parametrize("common", [8, 1])
@pytest.mark.parametrize("small", [5000, 0])
@pytest.mark.parametrize("who", ["handler", "keeper", "representative", "organizer", "stranger"])
def test_whoever_asks_finds_what_she_sees(city, matter, monkeypatch, who, small, common):
    """Her scope read through, or too large for that; beside it lies a matter of which she may see nothing."""
    for name in ("SMALL", "RARE"):
        monkeypatch.setattr(finding, name, small)
    for name in ("COMMON", "COMMON_NEAR"):
        monkeypatch.setattr(finding, name, common)
    reader = city.user(who)
    visible = Petition.objects.visible_to(reader)
    expected = set() if who == "stranger" else {matter.pk}
    for words in ("路灯", "灯", "更换 路灯"):
        assert set(search(visible, words, reader=reader).values_list("pk", flat=True)) == expected


@pytest.mark.parametrize("who", ["stranger", "keeper_next", "stranger_representative"])
def test_what_was_written_down_for_the_wrong_place_is_found_by_the_right_one(city, matter, who):
    readers = {"keeper_next": make_user("keeper", city.neighbour_town)}
    reader = readers.get(who) or getattr(city, who)
    Keeper.objects.create(user=make_user("keeper", city.town), studio=city.studio, start_date="2022-01-01")
    Keeper.objects.create(user=readers["keeper_next"], studio=city.neighbour_studio, start_date="2022-01-01")
    hers = Mandate.objects.get(person__user=city.stranger_representative)

    def found_by(user):
        return search(Petition.objects.visible_to(user), "路灯", reader=user).count()

    assert (found_by(reader), found_by(city.organizer)) == (0, 1)
    studio = city.neighbour_studio
    Petition.objects.filter(pk=matter.pk).update(
        organization=studio.organization, studio=studio, mandate=hers
    )
    assert (found_by(reader), found_by(city.organizer)) == (1, 0)


@pytest.mark.parametrize(
    "words", ["2025", "025", "12025", "2025年", "电话8890", "88901234", "01", "889012345"]
)
def test_digits_that_stand_together(matter, words):
    """Two digits stand in every number, four say something; a text has them wherever they begin."""
    Petition.objects.filter(pk=matter.pk).update(content="合同 12025年签，公司电话88901234。")
    assert (matter.pk in found(words)) == (words != "889012345")


def test_a_unit_no_longer_finds_what_it_has_no_more_in_hand(city, matter):
    def found_by_unit():
        return search(Petition.objects.visible_to(city.handler), "路灯", reader=city.handler).count()

    assert found_by_unit() == 1
    matter.assignments.update(ended_at=MONDAY, end_reason="handed_back")
    assert found_by_unit() == 0


def test_a_unit_never_finds_a_complaint_about_itself(city, matter):
    """Even while it is written down as having it in hand: the scope is asked whatever the texts have answered."""
    Petition.objects.filter(pk=matter.pk).update(is_accusation=True)
    Accused.objects.create(petition=matter, organization=city.unit)
    visible = Petition.objects.visible_to(city.handler)
    for words in ("路灯", "灯", matter.number):
        found = search(visible, words, reader=city.handler)
        assert (found.count(), list(found.with_names()), found.exists()) == (0, [], False)
    assert search(Petition.objects.visible_to(city.organizer), "路灯", reader=city.organizer).count() == 1


def test_a_long_question_is_read_from_its_beginning():
    assert split_words("路灯" * 400) == ["路灯" * 150]
    assert split_words(" ".join("甲乙丙丁戊己庚辛")) == list("甲乙丙丁戊己")
    assert split_words("Ａｂ ab AB") == ["ab"]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the index is PostgreSQL's")
def test_folding_is_the_same_in_the_database(db):
    text = "".join(
        map(chr, [*range(1, 0x250), *range(0x2160, 0x2180), *range(0x3000, 0x3040), *range(0xFF00, 0xFFEF)])
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT petitions_fold(%s)", [text])
        assert cursor.fetchone()[0] == finding.fold(text)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the marks are PostgreSQL's")
@pytest.mark.parametrize("words", ["o7", "s7", "m7", "o:7"])
def test_whose_it_is_cannot_be_looked_for(matter, words):
    """The marks of place, venue and mandate lie beside those of the text, and are none of its words."""
    Petition.objects.filter(pk=matter.pk).update(number="", content="桥面塌了一角。")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE petitions_searchtext SET whose = petitions_whose(7, 7, 7)")
    assert found(words) == set()


TEXT = st.text(
    st.one_of(
        st.sampled_from("路灯电梯问题 　ＡaA1１%_\\'\"😀é́ﬀ①㎡İ\n。，,"),
        st.sampled_from("012３"),
        st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"),
    ),
    min_size=2,
    max_size=60,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_part_is_looked_for_is_found(city, data):
    """Any two or more characters that stand together in content or reply find the matter."""
    content, reply = data.draw(TEXT), data.draw(TEXT)
    petition = make_petition(city, status="registered")
    Petition.objects.filter(pk=petition.pk).update(content=content)
    Reply.objects.create(
        petition=petition, organization=city.unit, outcome="A", content=reply, replied_at=MONDAY
    )
    told = data.draw(st.sampled_from([content, reply]))
    start = data.draw(st.integers(0, len(told) - 2))
    end = data.draw(st.integers(start + 2, len(told)))
    assert petition.pk in found(told[start:end])
