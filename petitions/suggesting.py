"""The suggestion of a category at work: what it learns from, where it is kept, what it answers. It never applies
anything: whoever files the matter chooses.
"""

from dataclasses import dataclass

from django.db import transaction

from accounts.errors import DomainError
from petitions.enums import Status
from petitions.models import Category, LearntCategories, Petition
from petitions.suggestion import FEWEST_ROWS, MOST_ROWS, Suggester, TooFewRowsError, train

FEWEST_CHARACTERS = 8
"""Of a text shorter than this nothing can be told."""
READ_BACK = MOST_ROWS * 5
KEPT = 3
"""So many learnt rows stay, in case the newest turns out worse."""

_loaded = {}
"""The one that answers, by its key: read from the database once in each process."""


class TooLittleFiledError(DomainError):
    code = "too-little-filed"
    http_status = 409


@dataclass(frozen=True)
class CategoryGuess:
    category: Category
    percent: int
    words: str


@dataclass(frozen=True)
class Suggestion:
    """`silent` says why nothing is suggested; empty where there are guesses."""

    guesses: tuple = ()
    silent: str = ""


NOT_LEARNT = f"已登记并选过分类的事项还不到 {FEWEST_ROWS} 件，暂时不能给出分类建议，请自行选择。"


def suggest_categories(title, content):
    """Up to three categories for a text; two queries."""
    if len(content.strip()) < FEWEST_CHARACTERS:
        return Suggestion(silent="再多写几个字，就能给出分类建议。")
    suggester = _newest()
    if suggester is None:
        return Suggestion(silent=NOT_LEARNT)
    guesses = suggester.guess(title, content)
    usable = Category.objects.filter(is_active=True).in_bulk([guess.label for guess in guesses])
    found = tuple(
        CategoryGuess(usable[guess.label], guess.percent, guess.words)
        for guess in guesses
        if guess.label in usable and guess.percent >= 1
    )
    return Suggestion(found, "" if found else "这段话和以往的事项都不像，请自行选择分类。")


def _newest():
    key = LearntCategories.objects.values_list("pk", flat=True).first()
    if key is None:
        return None
    if key not in _loaded:
        suggester = Suggester.load(bytes(LearntCategories.objects.values_list("data", flat=True).get(pk=key)))
        _loaded.clear()
        _loaded[key] = suggester
    return _loaded[key]


def learn_categories(*, at, progress=lambda done, total, message="": None):
    """Train on the matters that staff have filed under a category, and keep it. Returns LearntCategories.

    Raises TooLittleFiledError.
    """
    rows = (
        Petition.objects.exclude(status__in=[Status.RECEIVED, Status.WITHDRAWN])
        .filter(category__is_active=True, anonymized_at=None)
        .order_by("-registered_at", "-pk")
        .values_list("title", "content", "category_id")[:READ_BACK]
    )
    learnt_from = list(rows)[::-1]
    try:
        suggester = train(learnt_from, progress=lambda done, total: progress(done, total, "正在学习分类"))
    except TooFewRowsError as few:
        raise TooLittleFiledError(
            f"选过分类的事项只有 {few.have} 件，满 {few.need} 件才能学习分类建议。"
        ) from few
    with transaction.atomic():
        learnt = LearntCategories.objects.create(
            learnt_at=at,
            rows=suggester.rows,
            categories=len(suggester.labels),
            top1=suggester.score["top1"],
            top3=suggester.score["top3"],
            data=suggester.dump(),
        )
        old = LearntCategories.objects.values_list("pk", flat=True)[KEPT:]
        LearntCategories.objects.filter(pk__in=list(old)).delete()
    return learnt
