"""Questions of a day in the life of a roster: what a change would do, who can step in, who may swap with whom."""

from studios.rostering.facts import Candidate, Effect, Verdict
from studios.rostering.rules import REFUSALS, UNKNOWN, Sheet, Tally
from studios.rostering.telling import HERE, Scene, lay_out


def check_duties(board):
    """Published duties against a hard rule. Of two that clash the one set by hand stays, else the earlier one."""
    sheet = Sheet(board)
    return tuple(sheet.breaches(sheet.in_order(sheet.duties)))


def measure_fairness(board):
    """{venue: Fairness} of the published duties, without `best`."""
    sheet = Sheet(board)
    held = _held(sheet, sheet.duties)
    return {venue: sheet.fairness(venue, held) for venue in sheet.venues}


def what_if(board, change):
    """What a change by hand would do to the rules and to the fairness of every venue it touches.

    Only breaches that the change brings are told; removing a duty that is not there is no change.
    """
    sheet = Sheet(board)
    removed = {(duty.day, duty.person) for duty in change.remove}
    before = dict(sheet.duties)
    rest = {key: pinned for key, pinned in before.items() if key not in removed}
    added = [(duty.day, duty.person) for duty in change.add if (duty.day, duty.person) not in rest]
    after = rest | dict.fromkeys(added, True)
    standing = [*sheet.in_order(rest), *added]
    breaches = tuple(
        breach for breach in sheet.breaches(standing) if (breach.day, breach.person) in set(added)
    )
    touched = _touched(sheet, removed.symmetric_difference(added))
    had, has = _held(sheet, before), _held(sheet, after)
    fairness = {}
    for venue in touched:
        reachable = sheet.reachable(venue)
        fairness[venue] = tuple(sheet.fairness(venue, held, reachable=reachable) for held in (had, has))
    return Effect(breaches, fairness, _tell_effect(breaches, fairness))


def _touched(sheet, duties):
    """Venues on whose list the people of these duties are: their counts change there."""
    people = [sheet.people[person] for _day, person in duties if person in sheet.people]
    return [venue for venue in sheet.venues if any(venue in person.venues for person in people)]


def _held(sheet, duties):
    held = {}
    for day_id, person_id in duties:
        if day_id in sheet.days:
            held[person_id] = held.get(person_id, 0) + 1
    return held


def _tell_effect(breaches, fairness):
    if breaches:
        return (
            "不能这样调整："
            + "；".join(dict.fromkeys(breach.told.rstrip("。") for breach in breaches))
            + "。"
        )
    worse = [pair for pair in fairness.values() if pair[1].spread > pair[0].spread]
    better = [pair for pair in fairness.values() if pair[1].spread < pair[0].spread]
    # The venue that suffers is the one to tell of.
    told = max(worse or better, key=lambda pair: abs(pair[1].spread - pair[0].spread), default=None)
    if told is None:
        return "公平性不变。"
    before, after = told
    verb = "变差" if worse else "改善"
    told = f"公平性{verb}：近12个月轮值次数的差距由{before.spread}次变为{after.spread}次"
    return f"{told}（最少{after.least}次，最多{after.most}次）。"


def valid_substitutes(board, day, leaving=None):
    """Everybody on the venue's list but `leaving`, who would give up this day: first those who can, best first.

    The best one has the fewest duties on `until`, then in the twelve months before the day, then the longest rest.
    Raises KeyError for an unknown day.
    """
    sheet = Sheet(board)
    target = sheet.days[day]
    refused = {(breach.day, breach.person) for breach in sheet.breaches(sheet.in_order(sheet.duties))}
    duties = [key for key in sheet.duties if key not in refused and key != (day, leaving)]
    sitting, held = lay_out(sheet, duties)
    scene = Scene(sheet, Tally(sheet, duties), target, held, sitting.get(day, ()), leaving)
    found = [
        _candidate(scene, person, len(held.get(person.id, ())))
        for person in sheet.venues[target.venue].people
        if person.id != leaving
    ]
    return tuple(candidate for _key, candidate in sorted(found, key=lambda pair: pair[0]))


def _candidate(scene, person, planned):
    pk = person.id
    code = scene.sheet.hurdle(person, scene.day, scene.held.get(pk, ()))
    if pk not in scene.people:
        return (1, 0, 0, 0), Candidate(pk, False, 0, None, f"{scene.state(person)}。")
    count, last = scene.counts[pk], scene.lasts[pk]
    if code:
        reason = f"{HERE if pk in scene.sitting else scene.state(person)}。"
        return (1, 1, count, 0), Candidate(pk, False, count, last, reason)
    rest = last.toordinal() if last else 0
    reason = f"{scene.standing(pk)}。"
    return (0, scene.sheet.base(pk) + planned, count, rest), Candidate(pk, True, count, last, reason)


def swap_is_valid(board, a, b):
    """May the people of the duties `a` and `b` take each other's days? Nothing but the hard rules decides."""
    sheet = Sheet(board)
    return _swap(sheet, a, b)


def valid_swaps(board, duty):
    """((other duty, Verdict), …): every published duty it may be swapped with; the nearest date comes first."""
    sheet = Sheet(board)
    if (duty.day, duty.person) not in sheet.duties or duty.day not in sheet.days:
        return ()
    date = sheet.days[duty.day].date
    found = []
    for other in board.duties:
        if other.day in sheet.days and (verdict := _swap(sheet, duty, other)):
            there = sheet.days[other.day].date
            found.append(
                ((abs((there - date).days), there, str(other.day), str(other.person)), other, verdict)
            )
    return tuple((other, verdict) for _key, other, verdict in sorted(found, key=lambda item: item[0]))


def _swap(sheet, a, b):
    for duty in (a, b):
        known = duty.day in sheet.days and duty.person in sheet.people
        if not known or (duty.day, duty.person) not in sheet.duties:
            return Verdict(False, f"{REFUSALS[UNKNOWN]}，请刷新后再试。")
    if a.person == b.person:
        return Verdict(False, "两个班次是同一位代表，不用换班。")
    if a.day == b.day:
        return Verdict(False, "两人同日轮值，不用换班。")
    for giver, taker, told in ((a, b, "对方"), (b, a, "发起人")):
        days = [
            sheet.days[day]
            for day, person in sheet.duties
            if person == taker.person and day in sheet.days and day != taker.day
        ]
        if code := sheet.hurdle(sheet.people[taker.person], sheet.days[giver.day], days):
            date = sheet.days[giver.day].date
            return Verdict(False, f"{told}不能在{date.month}月{date.day}日轮值：{REFUSALS[code]}。")
    return Verdict(True, "两人都能在对方的接待日轮值，可以换班。")
