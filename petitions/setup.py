import csv
import unicodedata
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify
from pypinyin import lazy_pinyin

from accounts.errors import InvalidInput
from accounts.scope import STEP
from petitions.models import Category, Channel, ReminderRule, TimeLimit

DATA = Path(__file__).parent / "data"


def _rows(name):
    with (DATA / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def _aliases(row):
    return [alias for alias in row["aliases"].split("|") if alias]


def load_channels():
    """The starting channels (R53); what staff have changed since stays. Returns how many were new."""
    created = 0
    for position, row in enumerate(_rows("channels.csv"), start=1):
        defaults = {"name": row["name"], "aliases": _aliases(row), "position": position}
        created += Channel.objects.get_or_create(code=row["code"], defaults=defaults)[1]
    return created


@transaction.atomic
def load_categories():
    """The starting tree of categories, parents before children. Returns how many were new."""
    known = {category.code: category for category in Category.objects.all()}
    last = {}
    for category in known.values():
        above, number = category.path[:-STEP], int(category.path[-STEP:])
        last[above] = max(last.get(above, 0), number)
    missing = [row for row in _rows("categories.csv") if row["code"] not in known]
    created = len(missing)
    while missing:
        # One level of the tree at a time: the next one needs its keys.
        level = [row for row in missing if not row["parent_code"] or row["parent_code"] in known]
        made = []
        for row in level:
            parent = known[row["parent_code"]] if row["parent_code"] else None
            above = parent.path if parent else ""
            last[above] = last.get(above, 0) + 1
            made.append(_category(row["code"], row["name"], parent, _aliases(row), last[above]))
        Category.objects.bulk_create(made)
        known |= {category.code: category for category in made}
        missing = [row for row in missing if row["code"] not in known]
    return created


def free_code(model, name):
    """A code that is not taken yet, for a name: staff need not invent one. 入户走访 → ru-hu-zou-fang."""
    base = slugify("-".join(lazy_pinyin(name)))[:40].strip("-") or "item"
    taken = set(model.objects.filter(code__startswith=base).values_list("code", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (base, *numbered) if code not in taken)


def _spelled(name):
    """As a name is compared: full-width signs, capitals and spaces make no other name."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _names(given):
    return [one for one in given if isinstance(one, str)] if isinstance(given, list | tuple) else []


def check_channel(*, name=None, aliases=(), channel=None):
    """Refuse a name or alias by which another channel goes: a ledger that says it would belong to either, and lists
    would show it twice. What `channel` is called already may stay."""
    kept = {_spelled(one) for one in (channel.name, *_names(channel.aliases))} if channel else set()
    taken = {}
    for other in Channel.objects.exclude(pk=channel.pk if channel else None):
        for one in (*_names(other.aliases), other.name):
            taken[_spelled(one)] = other
    faults = {}
    for field, given in (("name", [name] if name else []), ("aliases", _names(aliases))):
        for one in given:
            other = taken.get(_spelled(one))
            if other is not None and _spelled(one) not in kept:
                faults.setdefault(field, []).append(_taken_by(other, one))
    if faults:
        raise InvalidInput(faults)


def _taken_by(channel, name):
    known = f"来源渠道「{channel.name}」"
    known = (
        f"已有{known}" if _spelled(channel.name) == _spelled(name) else f"「{name.strip()}」已是{known}的别名"
    )
    return (
        f"{known}，请直接用它，或另取名称。"
        if channel.is_active
        else f"{known}，已停用，请重新启用它，或另取名称。"
    )


def check_category_name(name, *, parent, category=None):
    """Refuse a name that another category below the same one has: nobody could tell them apart."""
    siblings = Category.objects.filter(parent=parent).exclude(pk=category.pk if category else None)
    if category and _spelled(category.name) == _spelled(name):
        return
    for other in siblings:
        if _spelled(other.name) == _spelled(name):
            sentence = f"同一上级下已有问题分类「{other.name}」"
            sentence += "，请另取名称。" if other.is_active else "，已停用，请重新启用它，或另取名称。"
            raise InvalidInput({"name": [sentence]})


def create_category(*, name, code="", parent=None, aliases=()):
    """Add a category below `parent`; its path follows the last sibling's."""
    check_category_name(name, parent=parent)
    code = code or free_code(Category, name)
    last = Category.objects.filter(parent=parent).order_by("path").values_list("path", flat=True).last()
    number = int(last[-STEP:]) + 1 if last else 1
    category = _category(code, name, parent, aliases, number)
    category.save(force_insert=True)
    return category


def _category(code, name, parent, aliases, number):
    """Not saved yet: the `number`-th below its parent."""
    return Category(
        code=code,
        name=name,
        parent=parent,
        aliases=list(aliases),
        path=f"{parent.path if parent else ''}{number:0{STEP}d}",
        full_name=f"{parent.full_name} / {name}" if parent else name,
    )


@transaction.atomic
def rename_category(category, name):
    """Give a category another name; the full names of everything below it follow."""
    check_category_name(name, parent=category.parent, category=category)
    before = category.full_name
    category.name = name
    category.full_name = f"{category.parent.full_name} / {name}" if category.parent else name
    category.save(update_fields=["name", "full_name"])
    below = list(Category.objects.filter(path__startswith=category.path).exclude(pk=category.pk))
    for child in below:
        child.full_name = category.full_name + child.full_name[len(before) :]
    Category.objects.bulk_update(below, ["full_name"])
    return category


def load_time_limits():
    """The starting limits with their sources (R58); what staff have changed since stays. A rule of theirs, in whatever
    version, stands in place of ours."""
    created = 0
    for row in _rows("time_limits.csv"):
        same = {"step": row["step"], "kind": row["kind"], "level": "", "category": None}
        if not TimeLimit.objects.filter(**same).exists():
            TimeLimit.objects.create(**same, work_days=row["work_days"], source=row["source"])
            created += 1
    return created


def load_reminder_rules():
    """The starting reminders (R58); what staff have changed since stays. Returns how many were new."""
    created = 0
    for row in _rows("reminder_rules.csv"):
        same = {name: row[name] for name in ("about", "offset", "audience")}
        defaults = {"name": row["name"], "source": row["source"]}
        created += ReminderRule.objects.get_or_create(**same, defaults=defaults)[1]
    return created
