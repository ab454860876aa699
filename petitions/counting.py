"""Counting no further than anybody reads: a number beside a tab says how much there is to do, not how much there ever was."""

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count
from django.utils.functional import cached_property

CAP = 1000
"""From here on a count is shown as 999+."""
PAGES_AHEAD = 10


def count_each(rows, conditions, *, few, cap=CAP):
    """{code: number of rows} for {code: Q}, in one query.

    `few`: are the rows thousands at most? Then they are read once for all counts; else each count stops at `cap`.
    """
    if few:
        every = {code: Count("pk", filter=condition) for code, condition in conditions.items()}
        return rows.order_by().aggregate(**every)
    asked, params, counts = [], [], dict.fromkeys(conditions, 0)
    for number, (code, condition) in enumerate(conditions.items()):
        try:
            sql, given = rows.filter(condition).order_by().values("pk")[:cap].query.sql_with_params()
        except EmptyResultSet:
            continue
        asked.append((code, f"(SELECT COUNT(*) FROM ({sql}) counted{number})"))
        params += given
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(sql for _code, sql in asked)}", params)
            counts |= dict(zip([code for code, _sql in asked], cursor.fetchone(), strict=True))
    return counts


def in_words(count):
    """
    >>> in_words(1000)
    '999+'
    """
    return f"{CAP - 1}+" if count >= CAP else str(count)


class AheadPaginator(Paginator):
    """Counts some pages beyond the one that is read, and no further: there is always a way on, and no long count."""

    template_name = "admin/petitions/petition/pages.html"

    def __init__(self, rows, per_page, *args, named=None, page=1, is_search=False, known=None, **kwargs):
        """`named`: where the rows of a page are read by their ids, with all that is shown of them; else `rows` again.
        `known`: how many there are, where that has been counted."""
        super().__init__(rows, per_page, *args, **kwargs)
        self.named = rows if named is None else named
        number = int(page) if str(page).isdecimal() and len(str(page)) < 7 else 1
        # What is searched for is found one by one: each further page has its price.
        ahead, least = (3, 201) if is_search else (PAGES_AHEAD, CAP)
        self.furthest = max(least, (number + ahead) * self.per_page + 1)
        self.is_known = known is not None
        if self.is_known:
            self.count = known

    @cached_property
    def count(self):
        rows = self.object_list.order_by()
        return rows[: self.furthest].count()

    def page(self, number):
        """First the ids alone, which narrow indexes answer and which sort quickly; then all that the rows name."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        ids = list(
            self.object_list.values_list("pk", flat=True)[first : min(first + self.per_page, self.count)]
        )
        by_id = {row.pk: row for row in self.named.filter(pk__in=ids).order_by()} if ids else {}
        return self._get_page([by_id[pk] for pk in ids if pk in by_id], number, self)

    @property
    def is_capped(self):
        return not self.is_known and self.count >= self.furthest

    @property
    def total(self):
        """The number of rows in words."""
        return f"{self.furthest - 1}+" if self.is_capped else str(self.count)
