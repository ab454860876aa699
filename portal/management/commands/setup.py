from django.core.management.base import BaseCommand

from accounts.setup import load_organizations
from evaluations.follow_up_policies import load_follow_up_policy
from evaluations.setup import load_schemes
from evaluations.survey_setup import load_survey_questions
from petitions.setup import load_categories, load_channels, load_reminder_rules, load_time_limits
from records.retention import load_retention_rules
from representatives.setup import load_duty_items, load_group_policy, load_link_policy
from studios.setup import load_checklist, load_reception_policy
from training.setup import load_courses, load_pair_policy, load_training_rules
from workdays.actions import load_calendar_seed


class Command(BaseCommand):
    help = "备好空系统首次导入前所需的一切：组织、工作日历、渠道、分类、时限、催办规则、个人信息保留期限、建设标准、接待日设置、编组设置、培训课程与职责、结对设置、考评办法草案。可重复运行。"
    help = "备好空系统首次导入前所需的一切：组织、工作日历、渠道、分类、时限、催办规则、个人信息保留期限、建设标准、接待日设置、编组设置、培训课程与职责、结对设置、群众评议问题。可重复运行。"
    help = "备好空系统首次导入前所需的一切：组织、工作日历、渠道、分类、时限、催办规则、个人信息保留期限、建设标准、接待日设置、编组设置、培训课程与职责、结对设置、履职清单。可重复运行。"

    STEPS = (
        ("组织", load_organizations),
        ("工作日历", load_calendar_seed),
        ("来源渠道", load_channels),
        ("问题分类", load_categories),
        ("办理时限", load_time_limits),
        ("催办规则", load_reminder_rules),
        ("个人信息保留期限", load_retention_rules),
        ("建设标准", load_checklist),
        ("接待日设置", load_reception_policy),
        ("编组设置", load_group_policy),
        ("培训课程", load_courses),
        ("培训职责与设置", load_training_rules),
        ("结对联系设置", load_link_policy),
        ("结对帮带设置", load_pair_policy),
        ("履职清单", load_duty_items),
        ("考评办法草案", load_schemes),
        ("考评后续设置", load_follow_up_policy),
        ("群众评议问题", load_survey_questions),
    )

    def handle(self, *args, verbosity, **options):
        for name, load in self.STEPS:
            created = load()
            if verbosity:
                self.stdout.write(f"{name}：新增 {created} 项" if created else f"{name}：已就绪")
