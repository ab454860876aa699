"""Taking words back once a matter turns out to be a complaint: what the office may have been told of it before
somebody wrote down that it is about them (信访 confidentiality rule)."""

import re

from accounts.models import Notice
from petitions.models import HotTopic
from petitions.recipients import may_be_told


def take_words_back(petition):
    """Out of the notices of those whose office it is about, and out of the topics of the last nights."""
    _out_of_notices(petition)
    _out_of_topics(petition)


def _out_of_notices(petition):
    told = list(Notice.objects.filter(body__contains=petition.number).select_related("user"))
    users = {notice.user for notice in told}
    allowed = set(may_be_told(petition, users))
    for notice in told:
        if notice.user in allowed:
            continue
        lines = [line for line in notice.body.split("\n") if petition.number not in line]
        if lines:
            # A reminder of several: the others stay.
            title = _title_for(notice.title, lines)
            Notice.objects.filter(pk=notice.pk).update(title=title, body="\n".join(lines))
        else:
            notice.delete()


def _title_for(title, lines):
    """A title counts its lines; one too many would tell her that a line has gone."""
    counted = re.fullmatch(r"\d+( 件[^、]+)", title)
    if counted and not lines[-1].startswith("另有"):
        return f"{len(lines)}{counted[1]}"
    return "请看列出的事项"


def _out_of_topics(petition):
    """Its words made the label, perhaps, and it was counted: a topic goes on with the others, or not at all."""
    for topic in HotTopic.objects.filter(petitions=petition):
        topic.petitions.remove(petition)
        titles = [one.shown_title for one in topic.petitions.order_by("-received_at", "-pk")]
        if not titles:
            topic.delete()
            continue
        if not any(topic.label in title for title in titles):
            topic.label = titles[0][:60]
        topic.size = len(titles)
        topic.save(update_fields=["label", "size"])
