"""The representatives who received the clues of a dispute learn how it goes: number and title, never a party."""

from petitions.models import Petition
from petitions.notices import tell_receiver

WORDS = {"add_recovery": "有钱追回来了", "mediate": "调解成功", "fail": "调解不成"}
"""Verbs of a dispute that change something for the person."""


def tell_receivers(dispute, verb, *, at, unless):
    if verb not in WORDS:
        return
    clues = Petition.objects.filter(dispute=dispute, mandate__isnull=False)
    for clue in clues.select_related("organization", "mandate__person__user").order_by("pk"):
        tell_receiver(clue, at=at, unless=unless, words=WORDS[verb])
