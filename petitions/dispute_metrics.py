"""Figures of disputes (R75–R77): the clues, those whose dispute was mediated, and the money, in yuan and exact."""

from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.scope import under
from petitions.enums import DisputeState
from petitions.metrics import collected, day_after, declare
from petitions.models import Dispute, Recovery
from records.metrics import Metric, Pair, register


def _clues(organization, start, as_of):
    return collected(organization, start, as_of, dispute__isnull=False)


def _clues_mediated(organization, start, as_of):
    return _clues(organization, start, as_of).filter(
        dispute__state=DisputeState.MEDIATED, dispute__closed_on__lte=as_of
    )


def _disputes(organization, start, as_of):
    since = timezone.make_aware(datetime.combine(start, time.min))
    rows = Dispute.objects.filter(
        under("organization__path", [organization.path]), opened_at__gte=since, opened_at__lt=day_after(as_of)
    )
    return rows.select_related("organization", "studio")


def _disputes_mediated(organization, start, as_of):
    return _disputes(organization, start, as_of).filter(state=DisputeState.MEDIATED, closed_on__lte=as_of)


def _recoveries(organization, start, as_of):
    standing = Q(cancelled_at=None) | Q(cancelled_at__gte=day_after(as_of))
    rows = Recovery.objects.filter(
        standing,
        under("dispute__organization__path", [organization.path]),
        paid_on__gte=start,
        paid_on__lt=as_of + timedelta(days=1),
    )
    return rows.select_related("dispute")


def _money(code, name, definition, queryset, field):
    register(
        Metric(
            code=code,
            name=name,
            unit="元",
            definition=definition,
            pair=Pair.ACTION,
            queryset=queryset,
            total=field,
        )
    )


declare(
    "clues",
    "纠纷线索",
    "起始日至截至日（含当日）接待、归入了一起纠纷的线索和诉求，一事一件。",
    _clues,
    pair=Pair.ACTION,
)
declare(
    "clues_mediated",
    "成功调解线索",
    "纠纷线索中，所属纠纷在截至日前调解成功的；一起纠纷可含几件线索，各计一件。",
    _clues_mediated,
    pair=Pair.ACTION,
)
declare(
    "clues_mediated_rate",
    "线索调解率",
    "成功调解线索 ÷ 纠纷线索。",
    unit="%",
    ratio=("clues_mediated", "clues"),
    pair=Pair.ACTION,
)
declare(
    "disputes", "受理纠纷", "起始日至截至日（含当日）立案的纠纷，一起计一件。", _disputes, pair=Pair.ACTION
)
declare(
    "disputes_mediated",
    "调解成功纠纷",
    "受理纠纷中截至日前调解成功的，按结束日期还原。",
    _disputes_mediated,
    pair=Pair.ACTION,
)
_money(
    "money_claimed",
    "涉及金额",
    "受理纠纷中说得清金额的，按涉及金额合计，单位元，精确到分。",
    _disputes,
    "claimed",
)
_money(
    "money_recovered",
    "追回金额",
    "起始日至截至日（含当日）到账的各笔追回款项合计，单位元，精确到分；截至日前已冲销的不计。",
    _recoveries,
    "amount",
)
