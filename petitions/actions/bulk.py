"""The same step for many matters: each succeeds or is refused for itself, and none is left half done."""

from dataclasses import dataclass

from accounts.enums import Role
from accounts.errors import DomainError, InvalidInput
from petitions.actions.engine import perform
from petitions.models import Petition
from petitions.reply_templates import fill_template

MOST = 100
BULK = {
    "assign": (Role.ORGANIZER,),
    "reply": (Role.ORGANIZER, Role.HANDLER),
}
"""Steps that are taken for many at once, and whose post that is."""


@dataclass(frozen=True)
class Outcome:
    """What became of one matter. `error` is the sentence that says why not, `code` its stable slug."""

    petition: Petition
    error: str = ""
    code: str = ""

    @property
    def is_done(self):
        return not self.error


def check_selection(ids):
    """The ids of a selection, each once. Raises InvalidInput for none or too many."""
    ids = list(dict.fromkeys(ids))
    if not ids:
        raise InvalidInput({"ids": ["请先选要办的事项。"]})
    if len(ids) > MOST:
        raise InvalidInput({"ids": [f"一次最多办 {MOST} 件，现在选了 {len(ids)} 件，请分几次。"]})
    return ids


def perform_each(verb, petitions, *, by, at, data):
    """[Outcome] in the order of `petitions`. In the content of a reply the words in braces are filled in for each."""
    return [
        _try(verb, petition, by=by, at=at, data=_data_for(petition, data, at=at)) for petition in petitions
    ]


def _data_for(petition, data, *, at):
    if isinstance(data.get("content"), str):
        return data | {"content": fill_template(data["content"], petition, at=at)}
    return data


def _try(verb, petition, *, by, at, data):
    try:
        perform(verb, petition, by=by, at=at, data=data)
    except InvalidInput as fault:
        sentences = [sentence for group in fault.errors.values() for sentence in group]
        return Outcome(petition, " ".join(sentences) or fault.message, fault.code)
    except DomainError as fault:
        return Outcome(petition, fault.message, fault.code)
    return Outcome(petition)
