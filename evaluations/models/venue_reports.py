"""The yearly report of a venue (工作小结), as the one who keeps it sees it."""

from django.utils.translation import gettext_lazy as _

from evaluations.models.evaluations import Evaluation, EvaluationQuerySet


class VenueReportQuerySet(EvaluationQuerySet):
    def visible_to(self, user):
        """Those of the venues she keeps; the office reads them in the register of appraisals."""
        return self.filter(studio__isnull=False).own(user)


class VenueReport(Evaluation):
    """The same row under another name: keepers have a desk of their own for it."""

    objects = VenueReportQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("工作小结")
