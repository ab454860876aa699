"""What a session must be like, checked for every door that writes one down; and telling people of a change."""

from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import User
from records.attachments import attach_file
from training import rules
from training.enums import Audience, EnrolmentStatus, TrainingStatus
from training.notices import tell_learners

LONGEST_DAYS = 120
TOLD = {"start_date", "end_date", "start_time", "place"}
"""What people have to hear of when it changes."""


def check_session(training):
    """Raises InvalidInput with a sentence for each field of this (unsaved) session that does not fit the others."""
    errors = {}
    if training.start_date and training.end_date:
        if training.end_date < training.start_date:
            errors["end_date"] = ["结束日期不能早于开始日期，请核对。"]
        elif (training.end_date - training.start_date).days > LONGEST_DAYS:
            errors["end_date"] = [f"一期最长 {LONGEST_DAYS} 天，请分期办。"]
    home, plan, group = training.organization, training.plan, training.group
    if (
        plan
        and training.start_date
        and (plan.organization_id, plan.year) != (home.pk, training.start_date.year)
    ):
        errors["plan"] = ["计划须是主办单位当年的，请另选；计划外的班可以不选。"]
    if training.audience == Audience.GROUP and group is None:
        errors["group"] = ["按小组列名单时，请选择代表小组。"]
    if group and not home.contains(group.organization):
        errors["group"] = ["这个小组不在主办单位的范围内，请另选。"]
    conditions = training.levels or training.frontline_only or training.field
    if training.audience == Audience.CONDITIONS and not conditions:
        errors["levels"] = ["按条件列名单时，请至少定一个条件：层级、一线或行业领域。"]
    if errors:
        raise InvalidInput(errors)


def check_editable(training):
    if not training.is_coming:
        raise Conflict(
            f"这个班现在是「{training.get_status_display()}」，不能再改。要更正登记请用「更正登记」。",
            code="wrong-state",
        )


def tell_change(training, changed, *, by, at):
    """Those who were called hear of a new time or place. `changed`: names of fields."""
    if training.status == TrainingStatus.OPEN and TOLD & set(changed):
        rows = training.enrolments.filter(status__in=EnrolmentStatus.ahead()).values("person")
        users = User.objects.filter(person__in=rows, is_active=True)
        tell_learners(users, training, "时间或地点有变", at=at, body="请按新的时间地点参加。")


def keep_material(training, upload, *, by, at):
    """Material or a photo of a session: the organizers', at any time. Returns the Attachment."""
    if by.user is not None and not rules.may_organize(by.user, training):
        raise NotAllowed("只有主办单位的组工干部可以上传，请联系他们。")
    return attach_file(training, upload, by=by, at=at)
