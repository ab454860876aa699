"""Why somebody sits, and why nobody does: one Chinese sentence each, true on the day it is read.

The counts told are those of the twelve months before the duty, duties of this plan included: what a colleague who
feels passed over can check in the published roster.
"""

from studios.rostering.facts import Assignment, Unfilled
from studios.rostering.rules import ADJACENT, LEAVE, MANDATE, SAME_DAY, year_before

HERE, NOT_YET, NO_LONGER, ELSEWHERE, OTHER_DAY, RESERVE = (
    "已排当日",
    "任期未到",
    "任期已满",
    "当日另有轮值",
    "另日已排",
    "可作候补",
)
TOLD = {LEAVE: "请假", SAME_DAY: ELSEWHERE, ADJACENT: "前后相邻接待日已排"}
UNCHANGED = "已公布，维持不变；"
ORDER = (HERE, "请假", NOT_YET, NO_LONGER, ELSEWHERE, "前后相邻接待日已排", OTHER_DAY, RESERVE)


class Scene:
    """One day of a roster: who is on the venue's list, what each has done before, and what stops whom."""

    def __init__(self, sheet, tally, day, held, sitting, without=None):
        self.sheet, self.day, self.held, self.sitting = sheet, day, held, sitting
        since = year_before(day.date)
        self.people = {
            person.id: person
            for person in sheet.venues[day.venue].people
            if person.id != without and in_office(person, day)
        }
        self.counts = {pk: tally.count(pk, day.date, since) for pk in self.people}
        self.lasts = {pk: tally.last(pk, day.date) for pk in self.people}

    def state(self, person):
        """Why she does not sit on this day (or that she does), in a few words."""
        if person.id in self.sitting:
            return HERE
        days = [other for other in self.held.get(person.id, ()) if other.id != self.day.id]
        code = self.sheet.hurdle(person, self.day, days)
        if code == MANDATE:
            return NOT_YET if person.mandate_start and self.day.date < person.mandate_start else NO_LONGER
        if code:
            return TOLD[code]
        return OTHER_DAY if days else RESERVE

    def standing(self, pk):
        """What she has done so far, against the others on the list, as a part of a sentence."""
        mine, last = self.counts[pk], self.lasts[pk]
        told = f"近12个月轮值{mine}次" if mine else "近12个月未轮值"
        fewer = [other for other, done in self.counts.items() if done < mine]
        if fewer:
            states = tell_states(self.state(self.people[other]) for other in fewer)
            return f"{told}，更少的{len(fewer)}人中{states}"
        told += "，为本室最少"
        if last is None:
            return told
        peers = [self.lasts[other] for other, done in self.counts.items() if done == mine and other != pk]
        longest = "，间隔最久" if all(other and other >= last for other in peers) else ""
        return f"{told}；上次{tell_date(last, self.day.date)}{longest}"


def in_office(person, day):
    return not (
        (person.mandate_start and day.date < person.mandate_start)
        or (person.mandate_end and day.date > person.mandate_end)
    )


def tell_states(states):
    counted = {}
    for state in states:
        counted[state] = counted.get(state, 0) + 1
    return "、".join(f"{counted[state]}人{state}" for state in ORDER if state in counted)


def tell_date(day, beside):
    told = f"{day.month}月{day.day}日"
    return told if day.year == beside.year else f"{day.year}年{told}"


def lay_out(sheet, duties):
    """(people by day id in the order of `duties`, days by person id)"""
    sitting, held = {}, {}
    for day_id, person_id in duties:
        sitting.setdefault(day_id, []).append(person_id)
        held.setdefault(person_id, []).append(sheet.days[day_id])
    return sitting, held


def tell_duties(sheet, duties, tally):
    """Assignments by date, venue and person. `duties`: (day, person) → was it published before."""
    sitting, held = lay_out(sheet, duties)
    for day in sheet.days.values():
        people = sitting.get(day.id)
        if not people:
            continue
        scene = Scene(sheet, tally, day, held, people)
        levels = [sheet.people[pk].level for pk in people]
        for pk in sorted(people):
            kept, pinned = duties[day.id, pk], sheet.duties.get((day.id, pk))
            head = "由工作人员指定；" if pinned else UNCHANGED if kept else ""
            mixes = day.mixed_levels and len(people) > 1 and levels.count(sheet.people[pk].level) == 1
            tail = "；与不同层级代表同班" if mixes else ""
            yield Assignment(day.id, pk, kept, f"{head}{scene.standing(pk)}{tail}。")


def tell_shortage(sheet, duties, tally):
    sitting, held = lay_out(sheet, duties)
    for day in sheet.days.values():
        people = sitting.get(day.id, ())
        missing = day.seats - len(people)
        if missing <= 0:
            continue
        scene = Scene(sheet, tally, day, held, people)
        listed = sheet.venues[day.venue].people
        if listed:
            states = tell_states(scene.state(person) for person in listed)
            reason = f"本室{len(listed)}名可排代表中{states}，缺{missing}人。"
        else:
            reason = f"本室没有可排代表，缺{missing}人，请先为本室配置代表小组。"
        yield Unfilled(day.id, missing, reason)
