"""Whose data we hold: a register that upper rooms fill, since this room does not know what a matter is.

register_personal_data(PersonalData(model=Petition, find=…, export=…, correct=…, anonymize=…, …))
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps


@dataclass(frozen=True)
class PersonalData:
    """How to serve a person's rights for things of one model. All functions are called inside a transaction.

    find(name, phone, numbers, user) → QuerySet of things about her that the user may see
    hidden_from(user) → QuerySet of primary keys of things whose existence the user must not learn, or None
    label(thing) → what it is called on a page, without her name
    home(thing) → the organisation whose trail it belongs to
    export(thing) → {"section": {"label": words} or [rows]} for her own eyes
    correct(thing, name, phone, by, at, note) · anonymize(thing, by, at, note) · stop(…) · resume(…): do it and leave
        an event; Conflict or NotAllowed with a sentence where it cannot be done
    why_kept(thing, at, besides) → the sentence that forbids deletion today, or ""
    """

    model: Any
    find: Any
    hidden_from: Any
    label: Any
    home: Any
    export: Any
    correct: Any
    anonymize: Any
    stop: Any
    resume: Any
    why_kept: Any

    @property
    def subject_type(self):
        return self.model._meta.label_lower


_SOURCES = {}


def register_personal_data(source):
    _SOURCES[source.subject_type] = source


def sources():
    return list(_SOURCES.values())


def source_of(subject_type):
    return _SOURCES[subject_type]


def things_of(items):
    """[(item, source, thing or None)], one query for each kind of thing."""
    items = list(items)
    by_type = {}
    for item in items:
        by_type.setdefault(item.subject_type, []).append(item.subject_id)
    found = {
        (label, row.pk): row
        for label, ids in by_type.items()
        for row in apps.get_model(label)._base_manager.filter(pk__in=ids)
    }
    return [
        (item, _SOURCES[item.subject_type], found.get((item.subject_type, item.subject_id))) for item in items
    ]
