"""What a person keeps for herself: filters with a name, and the matters she looked at lately."""

import re
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError, transaction

from accounts.errors import InvalidInput
from petitions.models import Petition, RecentView, SavedSearch

MOST_SAVED = 30
NAME = 30
RECENT = 20
NOT_KEPT = {"p", "o", "e", "all", "page"}
"""Parts of an address that say where one stands in a list, not what it holds."""


def remember_view(petition, *, user, at):
    """She opened this matter; one statement, whether for the first time or again."""
    RecentView.objects.bulk_create(
        [RecentView(user=user, petition=petition, at=at)],
        update_conflicts=True,
        unique_fields=["user", "petition"],
        update_fields=["at"],
    )


def recent_matters(user, *, limit=RECENT):
    """What she opened lately and may still see, the last one first."""
    views = RecentView.objects.filter(user=user).order_by("-at")
    seen = views.filter(petition__in=Petition.objects.visible_to(user).order_by().values("pk"))
    named = seen.select_related("petition__studio", "petition__lead_unit", "petition__mandate__person")
    return [view.petition for view in named[:limit]]


def forget_old_views(*, before):
    """Views from before that moment are of no help any more. Returns how many are gone."""
    return RecentView.objects.filter(at__lt=before).delete()[0]


def clean_query(text):
    """The part of an address after the question mark, without what only says where one stands in the list."""
    try:
        pairs = parse_qsl(text.replace("\x00", "").lstrip("?"), max_num_fields=100)
        kept = [(k, v) for k, v in pairs if re.fullmatch(r"[a-z_]{1,40}", k) and v and k not in NOT_KEPT]
        return urlencode(kept)
    except ValueError:
        return ""


def save_search(*, user, name, query):
    """Keep a filter under a name of her own. Raises InvalidInput."""
    name, query = _clean_name(name), _clean_condition(query)
    kept = list(user.saved_searches.all())
    if len(kept) >= MOST_SAVED:
        raise InvalidInput({"name": [f"最多保存{MOST_SAVED}个筛选，请先删去不用的。"]})
    position = max((search.position for search in kept), default=0) + 1
    search = SavedSearch(user=user, name=name, query=query, position=position)
    _write(search)
    return search


def change_search(search, *, name=None, query=None):
    """Another name, or other conditions. Raises InvalidInput."""
    if name is not None:
        search.name = _clean_name(name)
    if query is not None:
        search.query = _clean_condition(query)
    _write(search, update_fields=["name", "query"])


def _clean_condition(text):
    query = clean_query(text)
    if not query:
        raise InvalidInput({"query": ["现在没有筛选条件。请先筛选或查找，再保存。"]})
    if len(query) > 1000:
        raise InvalidInput({"query": ["筛选条件太长，请去掉几项再保存。"]})
    return query


def _clean_name(name):
    name = " ".join(str(name or "").replace("\x00", "").split())
    if not name:
        raise InvalidInput({"name": ["请给这个筛选起个名字。"]})
    if len(name) > NAME:
        raise InvalidInput({"name": [f"名字最多{NAME}字，现有{len(name)}字，请删减。"]})
    return name


def _write(search, **options):
    try:
        with transaction.atomic():
            search.save(**options)
    except IntegrityError:
        raise InvalidInput({"name": [f"您已有一个叫「{search.name}」的筛选，请换个名字。"]}) from None
