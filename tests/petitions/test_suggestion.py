"""The suggestion of a category: learnt from what is filed, silent where there is too little, never applied."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petitions.models import Category, LearntCategories, Petition
from petitions.suggesting import TooLittleFiledError, learn_categories, suggest_categories
from petitions.suggestion import Suggester, TooFewRowsError, text_of, train
from petitions.text_jobs import LEARN_CATEGORIES, start_text_job
from records.models.jobs import JobState
from tests.factories import MONDAY, acting, make_petition

WORDS = {
    1: "村口路灯不亮 三盏路灯坏了 晚上没有灯 老人出门看不清 换灯泡",
    2: "工地拖欠工资 老板不发工钱 农民工讨薪 包工头跑了 劳动合同没签",
    3: "大棚保险理赔 蔬菜大棚受灾 保险公司勘验 赔款不到 补种",
}


def rows(number=240):
    rng = random.Random(3)
    made = []
    for n in range(number):
        label = n % 3 + 1
        parts = WORDS[label].split()
        content = "，".join(rng.sample(parts, 3)) + "，希望解决。"
        made.append((parts[0], content, label))
    return made


@pytest.fixture(scope="module")
def suggester():
    return train(rows())


def test_it_learns_and_tells_how_sure_it_is(suggester):
    best, *others = suggester.guess("", "讨薪，包工头跑了，工钱没有给")
    assert best.label == 2
    assert best.share > sum(other.share for other in others)
    assert 0.99 <= sum(g.share for g in suggester.guess("", "路灯", most=9)) <= 1.01
    assert (suggester.score["top1"], suggester.rows) == (1.0, 240)
    assert best.words in ("很可能是", "可能是", "也许是")


def test_it_is_unsure_about_words_it_never_saw(suggester):
    assert suggester.guess("", "ΑΒΓΔ")[0].share < 0.5


def test_what_is_kept_answers_as_what_was_learnt(suggester):
    again = Suggester.load(suggester.dump())
    for text in ("三盏路灯坏了", "工钱", "大棚赔款"):
        kept, learnt = again.guess(text, text), suggester.guess(text, text)
        assert [g.label for g in kept] == [g.label for g in learnt]
        assert all(abs(a.share - b.share) < 0.02 for a, b in zip(kept, learnt, strict=True))


def test_what_is_kept_is_read_without_pickle(suggester):
    assert b"pickle" not in suggester.dump()
    with pytest.raises(ValueError, match="pickle"):
        import io

        import numpy as np

        out = io.BytesIO()
        np.savez(out, about=np.array([{"a": 1}], dtype=object))
        Suggester.load(out.getvalue())


def test_it_answers_as_the_library_would(suggester):
    """The few lines that answer without the library agree with it on every row."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), sublinear_tf=True, vocabulary=list(suggester.terms)
    )
    words.idf_ = suggester.rarity
    texts = rows(60)
    vectors = words.transform([text_of(title, content) for title, content, _label in texts])
    distances = vectors @ suggester.weights + suggester.offsets
    for (title, content, _label), expected in zip(texts, distances.argmax(axis=1), strict=True):
        assert suggester.guess(title, content)[0].label == suggester.labels[expected]


def test_too_little_is_not_learnt_from():
    with pytest.raises(TooFewRowsError):
        train(rows(60))
    with pytest.raises(TooFewRowsError):
        train([row for row in rows(900) if row[2] == 1])


@pytest.fixture
def filed(city):
    """240 matters, filed under three categories by staff."""
    categories = list(Category.objects.filter(children=None)[:3])
    first = make_petition(city, status="registered")
    values = {
        f.attname: getattr(first, f.attname)
        for f in Petition._meta.concrete_fields
        if f.attname not in ("id", "number")
    }
    Petition.objects.bulk_create(
        Petition(
            **values
            | {
                "title": title,
                "content": content,
                "category_id": categories[label - 1].pk,
                "due_explained": {},
            },
            number=f"370783-2026-9{n:05d}",
        )
        for n, (title, content, label) in enumerate(rows())
    )
    return categories


@pytest.mark.django_db
def test_the_weekly_job_learns_and_the_forms_suggest(city, filed, client):
    job = start_text_job(LEARN_CATEGORIES, by=acting(city.organizer, "system"), at=MONDAY)
    from records.jobs import run_job

    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["categories"]) == (JobState.DONE, 3)
    suggestion = suggest_categories("", "包工头跑了，工钱没有给，农民工讨薪")
    assert suggestion.guesses[0].category == filed[1]
    assert suggestion.silent == ""

    # Beside the form that registers; the choice itself stays empty.
    client.force_login(city.keeper)
    petition = make_petition(city, title="讨薪", content="包工头跑了，工钱没有给，农民工讨薪")
    step = client.get(f"/admin/petitions/petition/{petition.pk}/step/register/").content.decode()
    assert f"/admin/petitions/problem/suggest/{petition.pk}/" in step
    assert 'value="" selected' in step
    card = client.get(f"/admin/petitions/problem/suggest/{petition.pk}/").content.decode()
    assert f'data-use-category="{filed[1].pk}"' in card
    assert "%" in card
    petition.refresh_from_db()
    assert petition.category is None
    client.force_login(city.stranger)
    assert client.get(f"/admin/petitions/problem/suggest/{petition.pk}/").status_code == 404


@pytest.mark.django_db
def test_a_category_out_of_use_is_not_suggested(city, filed):
    learn_categories(at=MONDAY)
    Category.objects.filter(pk=filed[1].pk).update(is_active=False)
    suggestion = suggest_categories("", "包工头跑了，工钱没有给，农民工讨薪")
    assert filed[1] not in [guess.category for guess in suggestion.guesses]


@pytest.mark.django_db
def test_it_falls_silent_and_says_so(city):
    make_petition(city, status="registered")
    with pytest.raises(TooLittleFiledError, match="满 200 件"):
        learn_categories(at=MONDAY)
    assert "请自行选择" in suggest_categories("", "村口三盏路灯坏了半个月").silent
    assert "再多写几个字" in suggest_categories("", "路灯").silent
    assert not LearntCategories.objects.exists()


@pytest.mark.django_db
def test_the_newest_answers_and_old_ones_go(city, filed):
    for n in range(5):
        learn_categories(at=timezone.now() + timedelta(minutes=n))
    assert LearntCategories.objects.count() == 3
    suggest_categories("", "村口三盏路灯坏了半个月")
    with CaptureQueriesContext(connection) as captured:
        suggest_categories("", "村口三盏路灯坏了半个月")
    assert len(captured) == 2
