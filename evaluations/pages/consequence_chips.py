"""The colour of each state of what follows from an appraisal: the same chips that matters have."""

from evaluations.enums import CandidateStatus, ImprovementStatus, TalkStatus

CANDIDATE_CHIPS = {
    CandidateStatus.LISTED: "handling",
    CandidateStatus.PROPOSED: "registered",
    CandidateStatus.CHOSEN: "archived",
    CandidateStatus.NOT_CHOSEN: "received",
    CandidateStatus.STRUCK: "withdrawn",
}
TALK_CHIPS = {
    TalkStatus.DUE: "handling",
    TalkStatus.HELD: "registered",
    TalkStatus.CLOSED: "archived",
    TalkStatus.DROPPED: "withdrawn",
}
IMPROVEMENT_CHIPS = {
    ImprovementStatus.OPEN: "handling",
    ImprovementStatus.DONE: "feedback",
    ImprovementStatus.CONFIRMED: "archived",
    ImprovementStatus.DROPPED: "withdrawn",
}


def talk_chip(talk, *, on):
    """(colour, words): what is late says so."""
    if talk.status == TalkStatus.DUE and talk.due_date < on:
        return "overdue", "谈话已过期限"
    if talk.status == TalkStatus.HELD and talk.follow_up_date and talk.follow_up_date < on:
        return "overdue", "回访已过日期"
    return TALK_CHIPS[talk.status], talk.get_status_display()


def improvement_chip(improvement, *, on):
    if improvement.is_overdue(on=on):
        return "overdue", "已过期限"
    return IMPROVEMENT_CHIPS[improvement.status], improvement.get_status_display()
