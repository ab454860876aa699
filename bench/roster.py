"""How even our rosters are, and how fast, against an exact model of every venue (OR-Tools CP-SAT).

    python bench/roster.py [--venues 229] [--limit 10] [--shared 300]

Made instances from fixed seeds: 20 to 60 people a venue, one or two reception days a month, two seats, some mandates
that begin or end on the way, an uneven year behind them, and everybody away on 10 % or 45 % of the reception days.
Each venue is solved for the whole year and for its first month, by ours and by CP-SAT on the same instance: fill as many
seats as possible, then make the spread of the twelve-month counts as small as possible. Then a fifth of the published
year's people fall ill for a month each, and the roster is planned again: CP-SAT tells how many published duties could
have stayed. Times are CPU seconds of one process. `--limit` is CP-SAT's time per venue and question; what it could not prove is
counted apart.

CP-SAT is no part of the house: `pip install -r bench/requirements.txt` (into an environment of its own).
"""

import argparse
import random
import sys
import time
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from studios.recurrence import reception_dates  # noqa: E402
from studios.roster import Board, Day, Duty, Leave, Person, Served, check_duties, plan_roster  # noqa: E402
from studios.rostering.rules import Sheet  # noqa: E402
from workdays.calendar import WorkCalendar  # noqa: E402

YEAR = 2026
RULES = [
    "FREQ=MONTHLY;BYMONTHDAY=10",
    "FREQ=MONTHLY;BYMONTHDAY=20",
    "FREQ=MONTHLY;BYDAY=2FR",
    "FREQ=MONTHLY;BYDAY=1WE",
    "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "FREQ=MONTHLY;BYDAY=1WE,3WE",
]


def make_venue(venue, away, seed):
    """(people, days) of a venue for a whole year."""
    dice = random.Random(f"{seed}-{venue}")
    dates = [
        found.date
        for found in reception_dates(
            dice.choice(RULES), date(YEAR, 1, 1), date(YEAR, 12, 31), WorkCalendar({}), "next"
        )
    ]
    days = [Day(venue * 100 + n, venue, day, mixed_levels=venue % 4 == 0) for n, day in enumerate(dates)]
    people = []
    for n in range(dice.randint(20, 60)):
        leave = tuple(Leave(day, day) for day in dates if dice.random() < away)
        past = {
            date(YEAR - 1, month, 12) for month in dice.sample(range(1, 13), dice.choice([0, 0, 1, 1, 2, 3]))
        }
        turn = date(YEAR, 1, 1) + timedelta(days=dice.randrange(365))
        fate = dice.random()
        people.append(
            Person(
                id=venue * 1000 + n,
                venues=frozenset([venue]),
                level=dice.choice([2, 3, 4, 4]),
                history=tuple(Served(day, venue) for day in sorted(past)),
                leave=leave,
                mandate_start=turn if fate < 0.05 else None,
                mandate_end=turn if fate > 0.95 else None,
            )
        )
    return people, days


def make_city(venues, away, seed="roster", shared=0):
    """Boards of single venues, each for a year; or with `shared` people who may also sit in two more venues."""
    made = {venue: make_venue(venue, away, seed) for venue in range(1, venues + 1)}
    if shared:
        dice = random.Random(f"{seed}-shared")
        for _one in range(shared):
            home = dice.randint(1, venues)
            people = made[home][0]
            at = dice.randrange(len(people))
            more = frozenset(dice.sample(range(1, venues + 1), min(2, venues)))
            people[at] = replace(people[at], venues=people[at].venues | more, level=1)
    return made


def year_board(people, days, **more):
    return Board(tuple(people), tuple(days), until=date(YEAR, 12, 31), **more)


def month_board(people, days):
    last = date(YEAR, 1, 31)
    return Board(tuple(people), tuple(day for day in days if day.date <= last), until=last)


def whole(boards):
    """Many boards as one: the whole city in one call."""
    return Board(
        tuple(person for board in boards for person in board.people),
        tuple(day for board in boards for day in board.days),
        tuple(duty for board in boards for duty in board.duties),
        until=boards[0].until,
    )


# The exact model


@dataclass
class Exact:
    filled: tuple
    """Days with at least one person, at least two, …"""
    kept: int
    spread: int
    proven: bool


def solve_exactly(board, limit, *, keep=False):
    """Most days with somebody, most with two …, then (`keep`) most published duties kept, then the least spread."""
    from ortools.sat.python import cp_model

    sheet = Sheet(board)
    model, days = cp_model.CpModel(), list(sheet.days.values())
    seat = {
        (person.id, day.id): model.new_bool_var("")
        for day in days
        for person in sheet.venues[day.venue].people
        if sheet.obstacle(person, day) is None
    }
    places = {(day.id, place): model.new_bool_var("") for day in days for place in range(day.seats)}
    for day in days:
        # A place is filled only when so many people sit there: the first of every day counts more than any second.
        people = sum(var for (_p, d), var in seat.items() if d == day.id)
        model.add(people == sum(places[day.id, place] for place in range(day.seats)))
        for place in range(1, day.seats):
            model.add_implication(places[day.id, place], places[day.id, place - 1])
    for n, day in enumerate(days):
        for other in days[n + 1 :]:
            if sheet.clash(day, other):
                for pk in sheet.people:
                    if (pk, day.id) in seat and (pk, other.id) in seat:
                        model.add_at_most_one(seat[pk, day.id], seat[pk, other.id])
    rounds = [
        sum(var for (_day, place), var in places.items() if place == number)
        for number in range(max((day.seats for day in days), default=0))
    ]
    kept = sum(seat[duty.person, duty.day] for duty in board.duties if (duty.person, duty.day) in seat)
    least, most = model.new_int_var(0, 1000, ""), model.new_int_var(0, 1000, "")
    able = {pk for pk, _day in seat}
    for pk in able:
        count = sheet.base(pk) + sum(var for (p, _d), var in seat.items() if p == pk)
        model.add(least <= count)
        model.add(most >= count)
    proven, values = True, []
    wishes = [*((wish, 1) for wish in rounds), *([(kept, 1)] if keep else []), (most - least, -1)]
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = limit
    for wish, sign in wishes:
        (model.maximize if sign > 0 else model.minimize)(wish)
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise RuntimeError("CP-SAT found nothing; raise --limit")
        proven &= status == cp_model.OPTIMAL
        values.append(round(solver.value(wish) if not isinstance(wish, int) else wish))
        model.add(wish >= values[-1]) if sign > 0 else model.add(wish <= values[-1])
        if len(values) == len(rounds) and able:
            # The mean lies between the two: it does not see that by itself, and would not prove a spread of one.
            total = sum(map(sheet.base, able)) + sum(values)
            model.add(least <= total // len(able))
            model.add(most >= -(-total // len(able)))
        model.clear_hints()
        for var in seat.values():
            model.add_hint(var, solver.value(var))
    return Exact(tuple(values[: len(rounds)]), values[-2] if keep else 0, values[-1], proven)


def has_exact():
    try:
        import ortools  # noqa: F401
    except ImportError:
        print(
            "CP-SAT is missing, only our own times follow; for the comparison: pip install -r bench/requirements.txt"
        )
        return False
    return True


# The comparison


def fall_ill(board, plan):
    """The published year, and a month's illness for a fifth of those who sit, from their first duty on."""
    dice = random.Random(f"ill-{board.days[0].venue}")
    dates = {day.id: day.date for day in board.days}
    first = {}
    for duty in plan.assignments:
        first.setdefault(duty.person, dates[duty.day])
    ill = set(dice.sample(sorted(first), max(1, len(first) // 5)))
    people = tuple(
        replace(p, leave=(*p.leave, Leave(first[p.id], first[p.id] + timedelta(days=30))))
        if p.id in ill
        else p
        for p in board.people
    )
    return replace(board, people=people, duties=tuple(Duty(d.day, d.person) for d in plan.assignments))


def timed(call, *args, **more):
    started = time.process_time()
    result = call(*args, **more)
    return result, time.process_time() - started


def compare(name, boards, limit, exact, *, keep=False):
    """One line of the table. Returns our plans and the least spreads known."""
    plans, ours = [], 0.0
    for board in boards:
        plan, took = timed(plan_roster, board)
        plans.append(plan)
        ours += took
    seats = sum(day.seats for board in boards for day in board.days)
    unfilled = sum(seats_of(plan) for plan in plans)
    moved = sum(len(plan.dropped) for plan in plans)
    if not exact:
        print(
            f"  {name:28}{seats:7}{unfilled:10}{'–':>8}{'–':>8}{'–':>9}{moved:8}{'–':>9}{ours:9.2f}{'–':>9}{'–':>8}"
        )
        return plans, [next(iter(plan.fairness.values())).spread for plan in plans]
    spreads = []
    worse = proven = least_moved = 0
    theirs = 0.0
    best_unfilled = 0
    for board, plan in zip(boards, plans, strict=True):
        found, took = timed(solve_exactly, board, limit, keep=keep)
        theirs += took
        mine = next(iter(plan.fairness.values())).spread
        total = sum(day.seats for day in board.days)
        best_unfilled += total - sum(found.filled)
        least_moved += len(board.duties) - found.kept if keep else 0
        worse += mine > found.spread
        spreads.append(min(mine, found.spread))
        proven += found.proven
    print(
        f"  {name:28}{seats:7}{unfilled:10}{best_unfilled:8}{worse:8}{f'{proven}/{len(boards)}':>9}"
        f"{moved:8}{least_moved if keep else '–':>9}{ours:9.2f}{theirs:9.1f}{theirs / ours:8.0f}"
    )
    return plans, spreads


def month_by_month(boards, least):
    """A year published month by month, with and without a look at the months to come, against the year at once."""
    for name, ahead in (("looking ahead", True), ("month alone", False)):
        worse = unfilled = 0
        for board, best in zip(boards, least, strict=True):
            duties = ()
            for month in range(1, 13):
                days = tuple(day for day in board.days if ahead or day.date.month <= month)
                last = board.until if ahead else (date(YEAR, month, 28) + timedelta(days=4)).replace(day=1)
                until = board.until if ahead else last - timedelta(days=1)
                plan = plan_roster(replace(board, days=days, duties=duties, until=until))
                dates = {day.id: day.date for day in days}
                duties = tuple(
                    Duty(duty.day, duty.person) for duty in plan.assignments if dates[duty.day].month <= month
                )
            unfilled += seats_of(plan)
            worse += plan.fairness[board.days[0].venue].spread > best
        print(
            f"  published month by month, {name:14} worse than the year at once {worse}, unfilled {unfilled}"
        )


def seats_of(plan):
    return sum(missing.seats for missing in plan.unfilled)


def heading():
    print(
        f"  {'':28}{'seats':>7}{'unfilled':>10}{'least':>8}{'worse':>8}{'proven':>9}"
        f"{'moved':>8}{'least':>9}{'ours s':>9}{'CP-SAT s':>9}{'ratio':>8}"
    )


def city_times(venues, shared):
    """One call for the whole city, for half of it and all of it: what a planner waits for."""
    print(
        f"the whole city in one call, CPU seconds (best of 2); {shared} people of three venues in the second line"
    )
    print(
        f"  {'':28}{'month half':>11}{'month':>9}{'ratio':>7}{'year half':>11}{'year':>9}{'ratio':>7}{'even':>9}"
    )
    for name, away, more in (
        ("10 % away", 0.1, 0),
        ("10 % away, shared people", 0.1, shared),
        ("45 % away", 0.45, 0),
    ):
        took = {}
        for part in (venues // 2, venues):
            made = make_city(part, away, shared=more * part // venues)
            for kind, board_of in (("month", month_board), ("year", year_board)):
                board = whole([board_of(*venue) for venue in made.values()])
                runs = [timed(plan_roster, board) for _run in range(2)]
                took[kind, part] = min(run[1] for run in runs)
                plan = runs[0][0]
                duties = tuple(Duty(duty.day, duty.person) for duty in plan.assignments)
                if check_duties(replace(board, duties=duties)):
                    raise RuntimeError("a hard rule is broken")
        even = sum(found.is_best for found in plan.fairness.values())
        month, year = ((took[kind, venues // 2], took[kind, venues]) for kind in ("month", "year"))
        print(
            f"  {name:28}{month[0]:11.2f}{month[1]:9.2f}{month[1] / month[0]:7.2f}"
            f"{year[0]:11.2f}{year[1]:9.2f}{year[1] / year[0]:7.2f}{f'{even}/{len(plan.fairness)}':>9}"
        )
    print("  even: venues whose spread is proven to be the least possible, by our own bound")


def main():
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--venues", type=int, default=229)
    options.add_argument("--limit", type=float, default=10)
    options.add_argument("--shared", type=int, default=300)
    asked = options.parse_args()
    city_times(asked.venues, asked.shared)
    exact = has_exact()
    for away in (0.1, 0.45):
        print(f"{asked.venues} venues one by one, everybody away on {away:.0%} of the days")
        heading()
        made = list(make_city(asked.venues, away).values())
        compare("first month", [month_board(*venue) for venue in made], asked.limit, exact)
        years = [year_board(*venue) for venue in made]
        plans, least = compare("whole year", years, asked.limit, exact)
        ill = [fall_ill(board, plan) for board, plan in zip(years, plans, strict=True)]
        compare("year again, a fifth fell ill", ill, asked.limit, exact, keep=True)
        month_by_month(years, least)
    print("  worse: venues with a larger spread than CP-SAT's; moved: published duties that did not stay")


if __name__ == "__main__":
    main()
