"""What the public is told about its data before it gives any (PIPL Art. 17): who, why, how long, rights, contact."""

from django.conf import settings

from records.models import RetentionRule
from records.retention import all_retained


def privacy_notice():
    """Context of `templates/portal/_privacy.html`: {"privacy": {…}}; one query."""
    days = dict(RetentionRule.objects.filter(is_active=True).values_list("what", "days"))
    kept = days.get("public-box") or days.get("petition")
    return {
        "privacy": {
            "controller": settings.PRIVACY_CONTROLLER,
            "contact": settings.PRIVACY_CONTACT,
            "kept": in_words(kept) if kept else "",
            "work_days": settings.DATA_REQUEST_WORK_DAYS,
        }
    }


def in_words(days):
    """730 → 2 年, 90 → 90 天."""
    return f"{days // 365} 年" if days >= 365 and days % 365 == 0 else f"{days} 天"


def kinds_kept():
    """[(label, days, counted from)] of everything that has a term, for the page of the rules."""
    days = dict(RetentionRule.objects.filter(is_active=True).values_list("what", "days"))
    return [(kind.label, days[kind.code], kind.counted_from) for kind in all_retained() if kind.code in days]
