"""Why she is here: the facts that speak for a seat, as a sentence."""

from collections import Counter

from representatives.group_proposals.facts import LEVELS

HOW = {
    "formed": "新编入",
    "joined": "编入有空位的本组",
    "split": "满员的小组分出新组，调入",
    "relieved": "原组超员，调到有空位的本组",
    "merged": "原组人数太少，并入",
    "topped_up": "本组人数太少，从人多的小组调入",
}


def tell_seat(member, pot, *, names, how=None):
    """E.g. 新编入：同在洛城街道，与本组另外11名同属现代农业，组内有县级2名带动。"""
    told = tell_facts(member, pot, names=names)
    if member.is_fixed:
        return f"人工安排在本组，编组建议不再调动：{told}。"
    return f"{HOW[how]}：{told}。" if how else f"保持不动：{told}。"


def tell_facts(member, pot, *, names):
    """Place, field and level: what speaks for her seat, whoever gave it to her."""
    facts = [_tell_place(member, pot, names), _tell_field(member, pot)]
    if levels := _tell_level(member, pot):
        facts.append(levels)
    return "，".join(facts)


def _tell_place(member, pot, names):
    here = names.get(member.place, "本地")
    same = sum(other.place == member.place for other in pot.members)
    if same == len(pot):
        return f"同在{here}"
    if member.place == pot.place:
        return f"本组在{here}"
    return f"{here}人数少，与邻近镇街合编" if pot.place != member.place else f"在{here}"


def _tell_field(member, pot):
    others = pot.fit_of(member)
    name = member.field or "未填领域"
    return f"与本组另外{others}名同属{name}" if others else f"本组没有别的{name}代表"


def _tell_level(member, pot):
    lowest = max(other.level_rank for other in pot.members)
    upper = Counter(other.level_rank for other in pot.members if other.level_rank < lowest)
    if not upper:
        return ""
    words = "、".join(f"{LEVELS[rank]}{number}名" for rank, number in sorted(upper.items()))
    return (
        f"{LEVELS[member.level_rank]}代表，组内另有{words}"
        if member.level_rank == lowest
        else f"组内有{words}带动"
    )


def tell_group(pot, *, names):
    """E.g. 同在洛城街道，共23名，全部属现代农业，便于组织、便于活动。"""
    places = {member.place for member in pot.members}
    if len(places) == 1:
        where = f"同在{names.get(next(iter(places)), '一地')}"
    else:
        where = f"{len(places)}个镇街人数都不多，合编一组"
    field, same = pot.main_field, pot.fields[pot.main_field]
    whole = "全部" if same == len(pot) else f"其中{same}名"
    return f"{where}，共{len(pot)}名，{whole}属{field or '未填领域'}，便于组织、便于活动。"
