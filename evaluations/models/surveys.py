"""What members and masses think of a venue or a representative (R90): nobody can tell who said what.

No answer is kept. What somebody ticks is added to the counts of the survey, in the same transaction in which her token
is taken away, so there is no row that could be traced to a token, a person, an address or a time, none that shows the
order in which people answered, and none that ties what she said to one question to what she said to another. Of a token
only a keyed hash is kept, and only until it is used: a used code, a wrong one and one that never was look alike.

What an attacker with the database still learns:
- from one dump: how many have answered, and, while the survey runs, the counts so far (the pages show none before the
  end);
- from two dumps taken while it runs: what those who answered in between have ticked, taken together; if it was one person,
  what she ticked, though not who she is. Whoever then also holds a photo of her slip, and SECRET_KEY to hash its code,
  knows that it was hers: her token is in the first dump and not in the second;
- from the files of the engine themselves (write-ahead log, rows deleted but not yet vacuumed): the same, for as long as
  they keep what was there before.
Beside the database: whoever watches the traffic of the web server live (or keeps its access log, which ours does not
write) sees that an address opened a slip's page, and whoever gives out nearly all slips and fills them in herself knows
the rest. With few answers that all agree, everybody knows what everybody said; the minimum count is there for that, and
a survey cannot be opened again, so two looks at its results never differ.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.scope import Scope, under
from evaluations.enums import MassSurveyStatus, SurveySubject
from evaluations.models.schemes import OFFICE
from representatives.models import Mandate
from studios.models import Keeper, Studio


class SurveyQuestion(models.Model):
    """A question of the masses' survey, answered from 1 to 5: data that staff change."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    kind = models.CharField(_("问什么"), max_length=16, choices=SurveySubject.choices)
    text = models.CharField(_("问题"), max_length=80)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("评议问题")
        ordering = ["kind", "position", "pk"]

    def __str__(self):
        return self.text


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user):
        office = under("organization__path", Scope.of(user).prefixes(*OFFICE))
        return self.filter(office | Q(studio__in=Keeper.objects.studios_of(user)))

    def with_names(self):
        return self.select_related("organization", "studio", "mandate__person")

    def running(self):
        return self.filter(status=MassSurveyStatus.OPEN)

    def shown(self):
        """Closed, and answered by so many that nobody's answer shows."""
        return self.filter(status=MassSurveyStatus.CLOSED, answers_count__gte=F("minimum_answers"))


class Survey(models.Model):
    """One survey about one venue or one representative, for the appraisal of one year."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("所在地"), on_delete=models.PROTECT, related_name="surveys"
    )
    studio = models.ForeignKey(
        Studio,
        verbose_name=_("工作室（站）"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="surveys",
    )
    mandate = models.ForeignKey(
        Mandate,
        verbose_name=_("党代表"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="surveys",
    )
    year = models.PositiveSmallIntegerField(
        _("用于哪一年的考评"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    title = models.CharField(_("名称"), max_length=80)
    questions = models.JSONField(_("问题"), default=list, help_text=_("开始评议时定下，以后不变"))
    minimum_answers = models.PositiveSmallIntegerField(
        _("至少几份才显示结果"), default=5, validators=[MinValueValidator(3), MaxValueValidator(500)]
    )
    due_date = models.DateField(_("截止日期"))
    status = models.CharField(
        _("状态"), max_length=10, choices=MassSurveyStatus.choices, default=MassSurveyStatus.DRAFT
    )
    tokens_issued = models.PositiveIntegerField(_("发出评议码"), default=0)
    answers_count = models.PositiveIntegerField(_("收到评议"), default=0, editable=False)
    drawn_up_to = models.CharField(max_length=16, blank=True, editable=False)
    """How far down the list of those received lots have been drawn (see actions/lots.py); names nobody."""
    opened_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("群众评议")
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["studio", "year"], name="survey_of_studio_once"),
            models.UniqueConstraint(fields=["mandate", "year"], name="survey_of_mandate_once"),
            models.CheckConstraint(
                condition=Q(mandate__isnull=False, studio__isnull=True)
                | Q(mandate__isnull=True, studio__isnull=False),
                name="survey_of_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(answers_count__lte=F("tokens_issued")), name="survey_answer_for_a_token"
            ),
        ]
        indexes = [models.Index(fields=["status", "due_date"], name="survey_by_day")]

    def __str__(self):
        return self.title

    @property
    def about(self):
        return self.studio.name if self.studio_id else self.mandate.person.name

    @property
    def kind(self):
        return SurveySubject.STUDIO if self.studio_id else SurveySubject.REPRESENTATIVE

    @property
    def is_shown(self):
        """May its results be seen?"""
        return self.status == MassSurveyStatus.CLOSED and self.answers_count >= self.minimum_answers


class SurveyToken(models.Model):
    """A code that still opens the survey, hashed. Used up, it is deleted; when the survey closes, all are."""

    digest = models.CharField(max_length=64, primary_key=True)
    survey = models.ForeignKey(
        Survey, verbose_name=_("群众评议"), on_delete=models.CASCADE, related_name="tokens"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("评议码")

    def __str__(self):
        return str(self.survey_id)


class SurveyTally(models.Model):
    """How many gave one rating to one question. All rows are there from the first day, so they tell no order."""

    survey = models.ForeignKey(
        Survey, verbose_name=_("群众评议"), on_delete=models.CASCADE, related_name="tallies"
    )
    question = models.CharField(_("问题代码"), max_length=40)
    rating = models.PositiveSmallIntegerField(_("评分"))
    count = models.PositiveIntegerField(_("份数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("评议计数")
        ordering = ["survey", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "question", "rating"], name="survey_tally_once"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="survey_tally_rating"),
        ]

    def __str__(self):
        return f"{self.survey_id} {self.question} {self.rating}"
