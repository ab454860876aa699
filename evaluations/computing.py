"""Scores by the set: one statement for all that one scheme appraises, however many they are.

The ledger is added up once, for each mandate; everything after that is arithmetic on one row for each person. A person's
lines count whichever of her mandates they are written under: what she did, she did once. The arithmetic is that of
`scoring.py`, in whole hundredths, and gives the same digits on both engines.
"""

from collections import defaultdict

from django.db import connection, transaction

from evaluations.enums import EvaluationStatus, IndicatorSource, Measure
from evaluations.models import Evaluation, Scheme
from evaluations.scoring import FULL, points, total
from evaluations.survey_results import survey_marks
from evaluations.venue_measures import studio_measures


def compute_cycle(cycle):
    """Bring points and scores of one cycle up to what the records say. Returns how many rows changed."""
    return compute_cycles([cycle])


@transaction.atomic
def compute_cycles(cycles):
    """The same for many cycles: one statement for each scheme and period among them, and the venues one by one."""
    changed = 0
    by_period = defaultdict(list)
    for cycle in cycles:
        changed += _take_survey_marks(cycle)
        if cycle.is_of_venues:
            changed += _compute_venues(cycle)
        else:
            by_period[cycle.period_start, cycle.period_end].append(cycle)
    for period, some in by_period.items():
        ids = [cycle.pk for cycle in some]
        used = Evaluation.objects.filter(cycle__in=ids).order_by().values("scheme").distinct()
        for scheme in Scheme.objects.filter(pk__in=used).prefetch_related("indicators").order_by("pk"):
            changed += _store(scheme, ids, period)
    return changed


def _is_postgres():
    return connection.vendor == "postgresql"


def _store(scheme, cycle_ids, period):
    statement, params = _scored(scheme, cycle_ids, period, only_scheme=True)
    with connection.cursor() as cursor:
        # The tables of the statement stand inside: a statement that begins with WITH counts no rows on SQLite.
        cursor.execute(
            "UPDATE evaluations_evaluation AS e SET points = r.points, score = r.score"
            f" FROM ({statement} SELECT * FROM result) r"
            " WHERE e.id = r.id AND (e.points IS DISTINCT FROM r.points OR e.score IS DISTINCT FROM r.score)",
            params,
        )
        return cursor.rowcount


def scored_rows(cycle, scheme):
    """{evaluation id: score in hundredths or None} as `scheme` would have it, be it that of the cycle or a draft that is
    tried; nothing is written. One statement."""
    if cycle.is_of_venues:
        measures, indicators = studio_measures(cycle), list(scheme.indicators.all())
        rows = Evaluation.objects.filter(cycle=cycle).appraised()
        return {row.pk: _count_venue(row, scheme, indicators, measures)[1] for row in rows}
    period = (cycle.period_start, cycle.period_end)
    statement, params = _scored(scheme, [cycle.pk], period, only_scheme=False)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} SELECT id, score FROM result", params)
        return dict(cursor.fetchall())


def _scored(scheme, cycle_ids, period, *, only_scheme):
    """The statement up to a table `result` (id, points, score), and its parameters."""
    rules = [(indicator, indicator.rule) for indicator in scheme.indicators.all()]
    cycles = ", ".join(str(int(pk)) for pk in cycle_ids)
    chosen = f"e.cycle_id IN ({cycles}) AND e.status <> %s" + (" AND e.scheme_id = %s" if only_scheme else "")
    chosen_params = [EvaluationStatus.EXCUSED.value] + ([scheme.pk] if only_scheme else [])
    tallies, tally_params, kinds = [], [], set()
    quantities = []
    for n, (indicator, _rule) in enumerate(rules):
        if indicator.is_from_ledger:
            slots = ", ".join(["%s"] * len(indicator.kinds)) or "NULL"
            tallies.append(f"{_tally(indicator.measure, slots)} AS t{n}")
            tally_params += indicator.kinds
            kinds |= set(indicator.kinds)
            quantities.append(f"c.t{n} AS q{n}")
        else:
            quantities.append(f"{_given(indicator.source)} AS q{n}")
    params = [*chosen_params]
    parts = [
        "WITH subject AS NOT MATERIALIZED (SELECT e.id AS evaluation_id, o.id AS mandate_id FROM evaluations_evaluation e"
        " JOIN representatives_mandate m ON m.id = e.mandate_id"
        " JOIN representatives_mandate o ON o.person_id = m.person_id"
        f" WHERE {chosen})"
    ]
    if tallies:
        slots = ", ".join(["%s"] * len(kinds)) or "NULL"
        parts.append(
            f"tally AS (SELECT r.mandate_id, {', '.join(tallies)} FROM representatives_dutyrecord r"
            f' WHERE r.reversed_at IS NULL AND r."on" BETWEEN %s AND %s AND r.kind IN ({slots})'
            " AND r.mandate_id IN (SELECT mandate_id FROM subject) GROUP BY r.mandate_id)"
        )
        params += [*tally_params, *period, *sorted(kinds)]
        sums = ", ".join(
            f"CAST(COALESCE(SUM(t.t{n}), 0) AS bigint) AS t{n}"
            for n, (indicator, _rule) in enumerate(rules)
            if indicator.is_from_ledger
        )
        parts.append(
            f"counted AS (SELECT s.evaluation_id, {sums} FROM subject s"
            " LEFT JOIN tally t ON t.mandate_id = s.mandate_id GROUP BY s.evaluation_id)"
        )
    else:
        parts.append("counted AS (SELECT DISTINCT evaluation_id FROM subject)")
    parts += _arithmetic(scheme, rules, quantities)
    return ", ".join(parts), params


def _tally(measure, slots):
    """Hundredths of lines, or of what they add up to."""
    if measure == Measure.QUANTITY:
        return f"CAST(ROUND(SUM(CASE WHEN r.kind IN ({slots}) THEN r.quantity ELSE 0 END) * 100) AS bigint)"
    return f"100 * COUNT(CASE WHEN r.kind IN ({slots}) THEN 1 END)"


def _given(source):
    if source == IndicatorSource.SELF_REPORT:
        # A draft is nobody's word yet.
        return "CASE WHEN e.reported_at IS NULL THEN NULL ELSE e.self_mark * 100 END"
    if source == IndicatorSource.COMMITTEE:
        return "e.committee_mark"
    if source == IndicatorSource.SURVEY:
        return "e.survey_mark"
    return "NULL"


def _arithmetic(scheme, rules, quantities):
    """The steps, each worked out once: put into one another, they would be worked out again wherever they are named."""
    got, base, known, bonus, pairs = [], [], [], [], []
    for n, (indicator, rule) in enumerate(rules):
        reached = f"(2 * CAST(q{n} AS bigint) * {rule.weight} + {rule.target}) / {2 * rule.target}"
        nothing = "NULL" if rule.leaves_out and not rule.is_bonus else "0"
        got.append(
            f"CASE WHEN q{n} IS NULL THEN {nothing} WHEN {reached} > {rule.cap} THEN {rule.cap} ELSE {reached} END"
            f" AS p{n}"
        )
        if rule.is_bonus:
            bonus.append(f"p{n}")
        else:
            base.append(f"COALESCE(p{n}, 0)")
            known.append(f"CASE WHEN p{n} IS NULL THEN 0 ELSE {rule.weight} END")
        pairs.append((indicator.pk, n))
    columns = ", ".join(quantities)
    scaled = f"(CASE WHEN known < {FULL} THEN (2 * base * {FULL} + known) / (2 * known) ELSE base END)"
    limit = scheme.bonus_cap_hundredths
    yield (
        f"quantity AS MATERIALIZED (SELECT e.id{', ' + columns if columns else ''} FROM evaluations_evaluation e"
        " JOIN counted c ON c.evaluation_id = e.id)"
    )
    yield f"scored AS MATERIALIZED (SELECT quantity.*{', ' + ', '.join(got) if got else ''} FROM quantity)"
    yield (
        f"summed AS MATERIALIZED (SELECT scored.*, {' + '.join(base) or '0'} AS base, {' + '.join(known) or '0'} AS known,"
        f" {' + '.join(bonus) or '0'} AS bonus FROM scored)"
    )
    yield (
        f"result AS (SELECT id, {_json(pairs)} AS points, CASE WHEN known = 0 THEN NULL ELSE"
        f" CASE WHEN {scaled} > {FULL} THEN {FULL} ELSE {scaled} END"
        f" + CASE WHEN bonus > {limit} THEN {limit} ELSE bonus END END AS score FROM summed)"
    )


def _json(pairs):
    """{"<indicator id>": [quantity, points], …}, spelled out: PostgreSQL takes half the time to read it that it takes to
    put it together by its own functions."""
    told = " || ',' || ".join(
        "'\"{}\":[' || {} || ',' || {} || ']'".format(pk, _number(f"q{n}"), _number(f"p{n}"))
        for pk, n in pairs
    )
    told = "'{' || " + (told or "''") + " || '}'"
    return f"CAST({told} AS jsonb)" if _is_postgres() else told


def _number(column):
    return f"COALESCE(CAST({column} AS text), 'null')"


def _take_survey_marks(cycle):
    """What the masses said, as far as enough of them did."""
    marks = survey_marks(cycle)
    changed = []
    rows = Evaluation.objects.filter(cycle=cycle).only(
        "mandate_id", "studio_id", "survey_mark", "survey_count"
    )
    known = rows.exclude(survey_count=0, survey_mark=None)
    field = "studio" if cycle.is_of_venues else "mandate"
    touched = rows.filter(**{f"{field}__in": list(marks)}) | known
    for row in touched:
        mark, count = marks.get(getattr(row, f"{field}_id"), (None, 0))
        if (row.survey_mark, row.survey_count) != (mark, count):
            row.survey_mark, row.survey_count = mark, count
            changed.append(row)
    Evaluation.objects.bulk_update(changed, ["survey_mark", "survey_count"], batch_size=500)
    return len(changed)


def _compute_venues(cycle):
    """A few hundred at most: the same arithmetic, here."""
    rows = list(
        Evaluation.objects.filter(cycle=cycle)
        .appraised()
        .select_related("scheme")
        .prefetch_related("scheme__indicators")
    )
    measures = studio_measures(cycle)
    changed = []
    for row in rows:
        told, score = _count_venue(row, row.scheme, row.scheme.indicators.all(), measures)
        if (row.points, row.score) != (told, score):
            row.points, row.score = told, score
            changed.append(row)
    Evaluation.objects.bulk_update(changed, ["points", "score"], batch_size=500)
    return len(changed)


def _count_venue(row, scheme, indicators, measures):
    """(what each indicator brought, the score)"""
    scored, told = [], {}
    for indicator in indicators:
        quantity = _venue_quantity(row, indicator.source, measures)
        got = points(quantity, indicator.rule)
        scored.append((indicator.rule, got))
        told[str(indicator.pk)] = [quantity, got]
    return told, total(scored, bonus_cap=scheme.bonus_cap_hundredths)


def _venue_quantity(row, source, measures):
    if source == IndicatorSource.SELF_REPORT:
        return row.self_mark * 100 if row.reported_at and row.self_mark is not None else None
    if source == IndicatorSource.COMMITTEE:
        return row.committee_mark
    if source == IndicatorSource.SURVEY:
        return row.survey_mark
    return measures.get(row.studio_id, {}).get(source)


def take_committee_marks(cycle):
    """The mean of each one's marks, once the sheets are open: halves up, in hundredths."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE evaluations_evaluation AS e SET committee_mark = g.mark, committee_count = g.n FROM ("
            "SELECT m.evaluation_id, COUNT(m.value) AS n,"
            " (200 * SUM(m.value) + COUNT(m.value)) / (2 * COUNT(m.value)) AS mark"
            " FROM evaluations_mark m JOIN evaluations_assessor a ON a.id = m.assessor_id"
            " WHERE a.cycle_id = %s AND a.excused_at IS NULL AND m.value IS NOT NULL GROUP BY m.evaluation_id) g"
            " WHERE e.id = g.evaluation_id",
            [cycle.pk],
        )
