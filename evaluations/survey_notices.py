"""Who is told that a survey begins and ends: whoever keeps the venue, and the organizers of the place. Nobody is told of
an answer."""

from django.utils import timezone

from accounts.actions import notify
from accounts.enums import NoticeKind, Role
from accounts.models import User
from studios.notices import keepers_of
from workdays.templatetags.chinese_days import day as day_words

FEW = "群众评议快要结束，份数还不够"


def desk_link(survey):
    return f"/admin/evaluations/survey/{survey.pk}/change/"


def tell_opened(survey, *, at):
    if survey.studio_id:
        _tell(
            keepers_of(survey.studio, on=timezone.localdate(at)),
            survey,
            f"群众评议开始了：{survey.about}",
            f"请打印评议码，{day_words(survey.due_date)}前发给来过的党员群众。",
            at=at,
        )


def tell_closed(survey, *, at):
    count, minimum = survey.answers_count, survey.minimum_answers
    body = f"收到 {count} 份，" + (
        "结果可以看了。" if count >= minimum else f"不满 {minimum} 份，不显示结果。"
    )
    _tell(_staff(survey, at=at), survey, f"群众评议结束了：{survey.about}", body, at=at)


def tell_few(survey, *, at):
    _tell(
        _staff(survey, at=at),
        survey,
        f"{FEW}：{survey.about}",
        f"已有 {survey.answers_count} 份，满 {survey.minimum_answers} 份才显示结果；{day_words(survey.due_date)}截止。",
        at=at,
    )


def _staff(survey, *, at):
    organizers = User.objects.filter(
        memberships__organization=survey.organization, memberships__role=Role.ORGANIZER, is_active=True
    ).distinct()
    keepers = keepers_of(survey.studio, on=timezone.localdate(at)) if survey.studio_id else []
    return [*organizers, *keepers]


def _tell(users, survey, title, body, *, at):
    notify(users, title=title, body=body, link=desk_link(survey), at=at, kind=NoticeKind.OTHER)
