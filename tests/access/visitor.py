"""Whoever walks over hundreds of addresses: each is asked as if it were the first."""

from django.core.cache import cache
from django.db import transaction
from django.test import Client


class Visitor(Client):
    """A client that keeps nothing of an answer, neither cookies nor contexts.

    Django's own copies the context of every template for the test to look at: a page of the desk has hundreds of them.
    """

    def request(self, **request):
        return self.handler(self._base_environ(**request))

    def ask(self, method, address, read, headers=None):
        """What `read` makes of the answer; whatever the request did is undone."""
        cache.clear()
        body = {"content_type": "application/json", "data": "{}"} if address.startswith("/api/") else {}
        if method == "GET":
            body = {}
        point = transaction.savepoint()
        answer = read(getattr(self, method.lower())(address, **body, **(headers or {})))
        transaction.savepoint_rollback(point)
        return answer


class WordsOnly:
    """In place of WeasyPrint, for a walk: paper comes as the HTML that it would be drawn from.

    Drawing takes half a second a page, and of the drawing nobody could read what it tells.
    """

    class urls:
        @staticmethod
        def URLFetcher(**_options):
            return None

    @staticmethod
    def CSS(**_options):
        return None

    class HTML:
        def __init__(self, *, string, **_options):
            self.words = string

        def write_pdf(self, **_options):
            return self.words.encode()


def hand_out_words(monkeypatch):
    """Paper that is asked for during this test is not drawn."""
    monkeypatch.setattr("records.papers.rendering._load", lambda: WordsOnly)
