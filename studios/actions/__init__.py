from studios.actions.grouping import PlannedGroup, form_groups, plan_groups

__all__ = ["PlannedGroup", "form_groups", "plan_groups"]
