"""A person's rights over the data we hold of her, as far as matters go; `register` is called when the room loads."""

from petitions.models import Petition
from petitions.personal.anonymizing import anonymize_petition, forget_parties
from petitions.personal.exporting import export_petition
from petitions.personal.holding import closed_before, disputes_before, hidden_from, why_held, why_kept
from petitions.personal.serving import correct_petition, find, open_data_request, resume, stop
from records.personal_data import PersonalData, register_personal_data
from records.retention import Retained, register_retained

__all__ = ["anonymize_petition", "open_data_request", "register"]


def register():
    register_personal_data(
        PersonalData(
            model=Petition,
            find=find,
            hidden_from=hidden_from,
            label=lambda petition: petition.number,
            home=lambda petition: petition.organization,
            export=export_petition,
            correct=correct_petition,
            anonymize=anonymize_petition,
            stop=stop,
            resume=resume,
            why_kept=why_kept,
        )
    )
    register_retained(
        Retained(
            code="petition",
            label="反映人的姓名、电话",
            counted_from="办结后",
            due=lambda days, at: closed_before(days, at).exclude(channel__code="web"),
            why_held=why_held,
            forget=anonymize_petition,
        )
    )
    register_retained(
        Retained(
            code="public-box",
            label="扫码提交的姓名、电话、照片",
            counted_from="办结后",
            due=lambda days, at: closed_before(days, at).filter(channel__code="web"),
            why_held=why_held,
            forget=anonymize_petition,
        )
    )
    register_retained(
        Retained(
            code="dispute",
            label="纠纷当事人的姓名、电话",
            counted_from="结案后",
            due=disputes_before,
            why_held=lambda rows, at: {},
            forget=forget_parties,
        )
    )
