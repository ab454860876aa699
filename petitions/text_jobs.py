"""The nightly work on texts: what many speak of, and what can be learnt about categories."""

from django.utils import timezone

from accounts.models import Organization
from petitions.hot_topics import find_hot_topics
from petitions.suggesting import learn_categories
from records.jobs import enqueue_job, job_kind

FIND_TOPICS, LEARN_CATEGORIES = "find-hot-topics", "learn-categories"


@job_kind(FIND_TOPICS, "查找热点")
def run_find_topics(job, progress):
    return {"topics": find_hot_topics(on=timezone.localdate(), progress=progress)}


@job_kind(LEARN_CATEGORIES, "学习问题分类")
def run_learn_categories(job, progress):
    learnt = learn_categories(at=timezone.now(), progress=progress)
    return {"rows": learnt.rows, "categories": learnt.categories, "top1": learnt.top1, "top3": learnt.top3}


def start_text_job(kind, *, by, at):
    return enqueue_job(kind, by=by, at=at, organization=Organization.objects.order_by("path").first())


def prepare_texts(*, on, at):
    """Both at once, for a city that has just been filled. Returns (LearntCategories, number of topics)."""
    topics = find_hot_topics(on=on)
    return learn_categories(at=at), topics
