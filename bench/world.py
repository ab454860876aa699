"""Matters by the hundred thousand, and matters in any state: made by the house's own demo and verbs, then multiplied.

Deterministic: the demo city has a seed, and copies are made by arithmetic on ids.
"""

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.actor import Actor
from accounts.enums import OrganizationKind, Role
from accounts.models import Membership, Organization, User
from petitions.actions import perform, receive_petition
from petitions.enums import Status
from petitions.models import Channel, Petition
from petitions.moves import TABLE
from records.models import Event

STRIDE = 100_000
SAMPLES = 20_000_000
"""Samples of the verbs stand here, so that no other number in a statement looks like theirs."""
STATE = {
    Status.RECEIVED: [],
    Status.REGISTERED: ["register"],
    Status.HANDLING: ["register", "assign"],
    Status.FEEDBACK: ["register", "assign", "reply"],
    Status.ARCHIVED: ["register", "assign", "reply", "feedback", "archive"],
    Status.WITHDRAWN: ["withdraw"],
    Status.ROUTED_OUT: ["register", "route_out"],
}
FILLED = {
    "fed_back_at": ["feedback"],
    "extension_requested_at": ["extend"],
    "paused_at": ["pause"],
    "supervised_at": ["supervise"],
    "problem_id": ["merge"],
}
BEFORE = {"countersign": ["co_units"], "decline": ["co_units"], "resolve": ["feedback"]}
PLACE = "洛城街道屯西村"


def grow(count):
    """Multiply the matters of the demo city until there are `count`, with their answers and their time lines."""
    present = Petition.objects.filter(pk__lt=SAMPLES).count()
    seeds = Petition.objects.filter(pk__lt=STRIDE).count()
    first = (
        Petition.objects.filter(pk__gt=STRIDE, pk__lt=SAMPLES)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    copy = (first or 0) // STRIDE
    with connection.cursor() as cursor:
        while present < count:
            copy += 1
            more = min(seeds, count - present)
            _copy_matters(cursor, copy, more, seeds)
            present += more
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('petitions_petition', 'id'), greatest(%s, max(id)))"
            " FROM petitions_petition",
            [SAMPLES],
        )
        connection.commit()
        cursor.execute("VACUUM ANALYZE")
    return Petition.objects.filter(pk__lt=SAMPLES).count()


def _copy_matters(cursor, copy, more, seeds):
    shift = copy * STRIDE
    swaps = {
        "id": f"p.id + {shift}",
        # The last digits of a number are its place in the year: a copy stands as many places further on as its digits say.
        "number": f"left(p.number, 12) || '{copy:02d}' || right(p.number, 6)",
        "archive_number": f"p.archive_number || '-{copy}'",
        "source_key": "NULL",
        "content": "p.content || q.content",
        "received_at": f"p.received_at - interval '{copy * 7} minutes'",
    }
    columns = [field.column for field in Petition._meta.concrete_fields]
    chosen = ", ".join(swaps.get(name, f'p."{name}"') for name in columns)
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS seed AS SELECT id, row_number() OVER (ORDER BY id) AS place"
        f" FROM petitions_petition WHERE id < {STRIDE}"
    )
    cursor.execute(
        f"INSERT INTO petitions_petition ({_quoted(columns)}) SELECT {chosen} FROM petitions_petition p"
        " JOIN seed s ON s.id = p.id"
        # Each copy says what its seed says and what another one says, so that no two texts are alike.
        f" JOIN seed t ON t.place = 1 + (s.place * 31 + {copy} * 977) % {seeds} JOIN petitions_petition q ON q.id = t.id"
        f" WHERE s.place <= {more}"
    )
    cursor.execute(
        "INSERT INTO petitions_assignment (petition_id, received_at, organization_id, role, assigned_at, due_date, note,"
        f" countersign_content, end_reason) SELECT r.petition_id + {shift},"
        f" r.received_at - interval '{copy * 7} minutes', organization_id, role, assigned_at, due_date, note,"
        " countersign_content, end_reason FROM petitions_assignment r"
        f" JOIN seed s ON s.id = r.petition_id WHERE s.place <= {more}"
    )
    for table, columns in (
        ("petitions_reply", "organization_id, outcome, content, replied_at"),
        ("petitions_feedback", "method, content, rating, by_person, told_at"),
    ):
        cursor.execute(
            f"INSERT INTO {table} (petition_id, {columns}) SELECT r.petition_id + {shift}, {columns} FROM {table} r"
            f" JOIN seed s ON s.id = r.petition_id WHERE s.place <= {more}"
        )
    _copy_events(
        cursor, f"subject_id + {shift}", f"subject_id IN (SELECT id FROM seed WHERE place <= {more})"
    )


def _copy_events(cursor, target, condition):
    columns = [f.column for f in Event._meta.concrete_fields if not f.primary_key and not f.unique]
    chosen = ", ".join(target if name == "subject_id" else f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO records_event ({_quoted(columns)}) SELECT {chosen} FROM records_event"
        f" WHERE subject_type = 'petitions.petition' AND {condition}"
    )


def _quoted(columns):
    return ", ".join(f'"{name}"' for name in columns)


class Staff:
    """Accounts enough that none meets the limit of requests a minute, all of one county."""

    def __init__(self, each=12):
        self.unit = Organization.objects.filter(code="370783", kind=OrganizationKind.COUNTY).get()
        self.county = self.unit
        self.units = list(
            Organization.objects.filter(kind=OrganizationKind.UNIT, path__startswith=self.county.path)[:3]
        )
        self.studio = Petition.objects.filter(organization__path__startswith=self.county.path).first().studio
        city = Organization.objects.get(kind=OrganizationKind.CITY)
        self.city = [self._user(f"bench-city-{n}", Role.ORGANIZER, city) for n in range(each)]
        self.organizers = [self._user(f"bench-county-{n}", Role.ORGANIZER, self.county) for n in range(each)]
        self.handlers = [self._user(f"bench-unit-{n}", Role.HANDLER, self.units[0]) for n in range(each)]
        self.helpers = [self._user(f"bench-helper-{n}", Role.HANDLER, self.units[1]) for n in range(each)]

    @staticmethod
    def _user(name, role, organization):
        user, new = User.objects.get_or_create(username=name, defaults={"display_name": name})
        if new:
            Membership.objects.create(
                user=user, organization=organization, role=role, start_date=date(2022, 1, 1)
            )
        return user

    def able(self, move, petition):
        """The accounts that may make this move, or none."""
        for users in (self.organizers, self.handlers, self.helpers, self.city):
            if move.may(_fresh(users[0]), petition):
                return users
        return []


def _fresh(user):
    return User.objects.get(pk=user.pk)


def receipt(staff):
    return {
        "studio": staff.studio.pk,
        "channel": Channel.objects.get(code="studio").code,
        "kind": "opinion",
        "title": "村口三盏路灯半个月不亮",
        "content": "屯西村村口三盏路灯坏了半个月，晚上老人出门不便，希望尽快修好。",
        "place": PLACE,
        "petitioner_name": "李桂兰",
        "petitioner_phone": "13900002210",
    }


def body_of(move, petition, staff, user):
    """What a step must be given, filled in by the kind of each thing."""
    given = {
        "assign": {"organization": staff.units[0].pk},
        "co_units": {"co_units": [staff.units[1].pk]},
        "hand_on": {"organization": staff.units[2].pk},
        "route_out": {"told_on": timezone.localdate().isoformat(), "told_method": "phone"},
        "reply": {"content": "已更换三盏路灯，当晚恢复照明。", "outcome": "B"},
        "feedback": {"method": "phone", "content": "知道了", "rating": 4},
        "merge": {"main": _main(staff).pk if move.verb == "merge" else None},
    }.get(move.verb, {})
    for need in move.needs:
        if need.required and need.name not in given:
            given[need.name] = _filled(need, petition, user)
    return given


def _filled(need, petition, user):
    if need.kind in ("text", "long_text"):
        return "经核实，情况属实，按规定办理并告知本人。"
    if need.kind == "choice":
        return need.options.values[0]
    if need.kind in ("model", "models"):
        row = need.options(petition, user).first()
        return [row.pk] if need.kind == "models" else row.pk
    if need.kind == "date":
        return timezone.localdate().isoformat()
    if need.kind == "datetime":
        return timezone.localtime().isoformat()
    return {"integer": need.minimum or 1, "decimal": "1.00", "boolean": True}[need.kind]


_mains = {}


def _main(staff):
    """A matter that others are merged into, and one has been already: the first merge also opens the problem."""
    if "main" not in _mains:
        _mains["main"] = _walk(["register", "assign"], staff)
        _step("merge", _walk(["register", "assign"], staff), staff)
    return _mains["main"]


def _walk(verbs, staff):
    at = timezone.now() - timedelta(minutes=30)
    by = Actor(user=_fresh(staff.organizers[0]), door="api", address="127.0.0.1")
    petition = receive_petition(by=by, at=at, **receipt(staff))
    for verb in verbs:
        _step(verb, petition, staff)
    return petition


def _step(verb, petition, staff):
    move = TABLE[verb]
    user = _fresh(staff.able(move, petition)[0])
    by = Actor(user=user, door="api", address="127.0.0.1")
    data = body_of(move, petition, staff, user)
    if verb == "feedback":
        # She has not rated it yet, so that it can be rated.
        data.pop("rating")
    perform(verb, petition, by=by, at=timezone.now(), data=data)


def path_to(move):
    """The verbs that bring a new matter to where this move can be made."""
    sources = [source for source in STATE if source in move.sources and source != Status.RECEIVED] or [
        Status.RECEIVED
    ]
    if Status.HANDLING in move.sources:
        sources = [Status.HANDLING]
    path = list(STATE[sources[0]])
    for name in move.filled:
        path += [verb for verb in FILLED.get(name, []) if verb not in path]
    return path + [verb for verb in BEFORE.get(move.verb, []) if verb not in path]


def sample(verb, staff):
    """(petition on which `verb` can be done next, those who may, what it is given)."""
    move = TABLE[verb]
    petition = _walk(path_to(move), staff)
    users = staff.able(move, petition)
    if not users or not move.open_for(petition):
        raise LookupError(f"no way is known to where 「{verb}」 can be done")
    return petition, users, body_of(move, petition, staff, _fresh(users[0]))


def sample_of_unmasking(staff):
    """The same for looking at name and phone, which is no step of the table."""
    return _walk(["register"], staff), staff.organizers, {"reason": "电话核实情况"}


@transaction.atomic
def clone(petition, count):
    """`count` copies of a matter with everything that hangs on it; their ids."""
    first = Petition.objects.order_by("-pk").values_list("pk", flat=True).first() + 1
    columns = [field.column for field in Petition._meta.concrete_fields]
    swaps = {"id": "n", "number": "'B-' || n", "archive_number": "CASE WHEN archive_number IS NULL THEN NULL ELSE 'B-' || n END", "source_key": "NULL"}  # fmt: skip
    chosen = ", ".join(swaps.get(name, f'"{name}"') for name in columns)
    numbers = f"generate_series({first}, {first + count - 1}) n"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO petitions_petition ({_quoted(columns)}) SELECT {chosen} FROM petitions_petition, {numbers}"
            f" WHERE id = {petition.pk}"
        )
        for relation in Petition._meta.related_objects:
            model = relation.related_model
            if not relation.one_to_many or model._meta.model_name in ("problem", "sentreminder"):
                continue
            names = [f.column for f in model._meta.concrete_fields if not f.primary_key]
            column = relation.field.column
            chosen = ", ".join("n" if name == column else f'"{name}"' for name in names)
            table = model._meta.db_table
            cursor.execute(
                f'INSERT INTO "{table}" ({_quoted(names)}) SELECT {chosen} FROM "{table}", {numbers}'
                f' WHERE "{column}" = {petition.pk}'
            )
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('petitions_petition', 'id'), %s)", [first + count]
        )
    return list(range(first, first + count))
