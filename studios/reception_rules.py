"""Rules read from the clerks' texts in bulk: the import, the demo city, and venues from before there were rules."""

from datetime import timedelta

from studios.models import ReceptionRule
from studios.recurrence import ReceptionRuleError, parse_reception_text

BATCH = 1000


def rule_fault(text):
    """Why a clerk's text cannot be read as a rule, as a sentence; empty where it can, or where there is none."""
    if not text:
        return ""
    try:
        parse_reception_text(text)
    except ReceptionRuleError as fault:
        return str(fault)
    return ""


def adopt_rules(studios, *, on):
    """Give each venue the rule its `reception_text` says, from the day `on`. Venues whose rule says the same keep it.

    Texts that cannot be read are passed over. Returns the number of new rules; so many queries, however many venues.
    """
    open_rules = {
        rule.studio_id: rule
        for rule in ReceptionRule.objects.filter(studio__in=[studio.pk for studio in studios], end_date=None)
    }
    fresh, ended, changed = [], [], []
    for studio in studios:
        if not studio.reception_text or rule_fault(studio.reception_text):
            continue
        rrule, current = parse_reception_text(studio.reception_text), open_rules.get(studio.pk)
        if current is None:
            fresh.append(ReceptionRule(studio=studio, rrule=rrule, start_date=on))
        elif current.rrule == rrule:
            continue
        elif current.start_date >= on:
            current.rrule = rrule
            changed.append(current)
        else:
            current.end_date = on - timedelta(days=1)
            ended.append(current)
            fresh.append(
                ReceptionRule(
                    studio=studio,
                    rrule=rrule,
                    start_date=on,
                    seats=current.seats,
                    start_time=current.start_time,
                    end_time=current.end_time,
                    holiday_policy=current.holiday_policy,
                    wants_mixed_levels=current.wants_mixed_levels,
                )
            )
    ReceptionRule.objects.bulk_update(ended, ["end_date"], batch_size=BATCH)
    ReceptionRule.objects.bulk_update(changed, ["rrule"], batch_size=BATCH)
    ReceptionRule.objects.bulk_create(fresh, batch_size=BATCH)
    return len(fresh) + len(changed)
