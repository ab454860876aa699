"""What may be printed of a matter, for its page at the desk."""

from petitions.papers.making import PAPERS, may_print_unmasked

WORDS = {"docx": "Word", "pdf": "PDF"}


def papers_part(petition, user):
    """No query of its own; the letter is offered once there is a reply."""
    has_contact = bool(petition.petitioner_name or petition.petitioner_phone)
    return {
        "petition": petition,
        "papers": [
            {
                "code": paper.code,
                "label": paper.label,
                "files": [(ending, WORDS[ending]) for ending in paper.endings],
            }
            for paper in PAPERS.values()
            if paper.code != "letter" or petition.outcome
        ],
        "has_contact": has_contact,
        "may_unmask": has_contact and may_print_unmasked(user, petition),
    }
