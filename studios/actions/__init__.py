from studios.actions.grouping import form_groups
from studios.group_plans import Plan, PlannedGroup, plan_groups

__all__ = ["Plan", "PlannedGroup", "form_groups", "plan_groups"]
