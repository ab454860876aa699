from django.db import models
from django.utils.translation import gettext_lazy as _


class StudioKind(models.TextChoices):
    WORKROOM = "workroom", _("工作室")
    STATION = "station", _("工作站")
