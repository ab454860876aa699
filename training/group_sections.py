"""What training knows of a group: the sessions it learns at by itself (日常分组), coming and past."""

from django.db.models import Q
from django.urls import reverse

from representatives.group_sections import Line, Section
from training.enums import TrainingStatus
from training.models import Training

SHOWN = 6


def trainings_of(group, on):
    """What is coming and what was held, the latest first."""
    told = Q(status=TrainingStatus.HELD) | Q(status=TrainingStatus.OPEN, end_date__gte=on)
    rows = Training.objects.filter(told, group=group).order_by("-start_date", "-pk")
    return [
        Line(
            what=training.title,
            detail=f"{training.get_status_display()} · {training.place}",
            day=training.start_date,
            desk=reverse("admin:training_training_change", args=[training.pk]),
        )
        for training in rows[:SHOWN]
    ]


SECTIONS = (Section("小组学习", trainings_of, "办了小组的日常培训，这里会有。"),)
