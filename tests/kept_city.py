"""The city of tests/factories.py, made once by its own verbs and then put back row by row for whoever asks for it.

Two thousand tests ask for it, and making it takes many times as long as putting it back.
"""

import pickle
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction

from tests.factories import make_city


class KeptCity:
    """Made beside all tests and taken away again; `put_back` gives a test rows and a `City` of its own."""

    def __init__(self):
        with _undone():
            before = _all_rows()
            self._city = pickle.dumps(make_city())
            added = _added(before, _all_rows())
        with _undone():
            self._inserts = _inserts_of(added)

    def put_back(self):
        # Foreign keys are looked at when a transaction ends, so the tables may come in any order.
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, params in self._inserts:
                cursor.execute(sql, params)
        return pickle.loads(self._city)


@contextmanager
def _undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _all_rows():
    """{model: {key: row}}"""
    return {
        model: model._base_manager.in_bulk()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def _added(before, after):
    return {
        model: [row for key, row in rows.items() if key not in before[model]] for model, rows in after.items()
    }


def _inserts_of(added):
    """The statements that put these rows in, under the keys they have."""
    inserts = []

    def note(execute, sql, params, many, context):
        if sql.startswith("INSERT"):
            inserts.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for model, rows in added.items():
            if rows:
                model._base_manager.bulk_create(rows)
    return inserts
