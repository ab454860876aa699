"""What the register costs at 20,000 and at 200,000 matters: lists, search, intake and every step of a matter.

    python bench/matters.py [--quick] [--only WORD …] [--sizes 20000 200000]

Makes a city with so many matters on a PostgreSQL of its own (or in the empty database that DATABASE_URL names), starts
the web server as production does, and asks it over HTTP with the sessions of real accounts. Beside it runs
bench/yardstick.py, a bare WSGI + psycopg2 + orjson program that runs the same statements for each request. Both are
measured in one run, one after the other for each operation, so that the ratios hold on any machine:

CPU ms      time of the web process for one request
requests/s  four connections at once against one worker
cost        web process + database for one request, which is what must not grow with the register

Nothing is asserted; the last lines say whether the targets hold.
"""

import argparse
import contextlib
import os
import random
import secrets
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from asking import Load, Operation  # noqa: E402
from engine import Postgres, Server, free_port, granian  # noqa: E402

SLOWEST_SEARCH_MS, MOST_QUERIES, GROWTH = 50, 12, 1.3


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the size, fewer requests: about two minutes"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=[""],
        help="measure only operations with one of these words in their name",
    )
    parser.add_argument("--sizes", type=int, nargs="+")
    given = parser.parse_args()
    given.sizes = given.sizes or ([2_000, 20_000] if given.quick else [20_000, 200_000])
    given.scale = 0.05 if given.quick else 0.3
    given.times = (8, 20) if given.quick else (40, 120)
    return given


@contextlib.contextmanager
def running(given):
    """Database, cache and data folder; sets the environment and starts Django in this process."""
    own = None if os.environ.get("DATABASE_URL") else Postgres()
    folder = tempfile.TemporaryDirectory(prefix="liaison-bench-")
    os.environ |= {
        "DATABASE_URL": own.url if own else os.environ["DATABASE_URL"],
        "DATA_DIR": folder.name,
        "DJANGO_SETTINGS_MODULE": "weifang_liaison.settings",
        "DEBUG": "0",
        "HTTPS": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "BENCH_STATEMENTS": f"{folder.name}/statements.json",
        "PYTHONPATH": f"{HERE.parent}:{HERE}",
    }
    import django

    django.setup()
    started = []
    try:
        with open(f"{folder.name}/log", "w") as log:
            yield own, started, log
    except BaseException:
        print(Path(folder.name, "log").read_text()[-3000:], file=sys.stderr)
        raise
    finally:
        from django.db import connections

        connections.close_all()
        for server in reversed(started):
            server.stop()
        if own:
            own.stop()
        folder.cleanup()


def build_city(given):
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("demo", scale=given.scale, verbosity=0)


def start_servers(started, log):
    """(house, yardstick), both on granian with one worker; the cache is the one the house brings along."""
    from weifang_liaison.management.commands import serve

    serve.prepare_socket_folder()
    cache = serve.valkey()
    started.append(Server(cache.command, port=0, environment=dict(os.environ), log=log))
    servers = []
    for application, path in (
        ("weifang_liaison.wsgi:application", "/healthz"),
        ("yardstick:application", "/"),
    ):
        port = free_port()
        server = Server(granian(application, port), port=port, environment=dict(os.environ), log=log)
        started.append(server)
        servers.append(server.wait(path))
    return servers


def reads(staff, rng):
    """The operations that only read, as (name, path, accounts, ids to go through)."""
    from accounts.enums import Role
    from accounts.models import User
    from petitions.models import Petition

    matters = Petition.objects.filter(pk__lt=20_000_000)
    anywhere = rng.sample(list(matters.order_by("-pk").values_list("pk", flat=True)[:20_000]), 400)
    nearby = list(
        Petition.objects.visible_to(staff.handlers[0]).order_by("-pk").values_list("pk", flat=True)[:400]
    )
    person = User.objects.filter(
        memberships__role=Role.REPRESENTATIVE, memberships__organization__path__startswith=staff.county.path
    )
    speaker = max(person[:40], key=lambda user: Petition.objects.visible_to(user).count())
    heard = list(Petition.objects.visible_to(speaker).order_by("-pk").values_list("pk", flat=True)[:200])
    number = matters.first().number
    api, desk = "/api/v1/petitions/", "/admin/petitions/petition/"
    city, county, unit = staff.city, staff.organizers, staff.handlers
    yield "list, city", api, city, []
    yield "list, county", api, county, []
    yield "list, handling unit", api, unit, []
    yield "list, overdue", f"{api}?overdue=true&ordering=due_date", county, []
    for words, which in (
        ("希望", "frequent"),
        ("路灯", "usual"),
        ("路灯 村口", "two words"),
        (number[7:], "number"),
        ("龘龘", "not there"),
    ):
        yield f"search {which}, city", f"{api}?search={words}", city, []
        yield f"search {which}, county", f"{api}?search={words}", county, []
        yield f"search {which}, handling unit", f"{api}?search={words}", unit, []
    yield "search usual, representative", "/matters/?whose=group&q=路灯", [speaker], []
    yield "detail", api + "{pk}/", city, anywhere
    yield "detail, handling unit", api + "{pk}/", unit, nearby
    yield "time line", api + "{pk}/events/", city, anywhere
    yield "desk, first page", "/admin/", county, []
    yield "desk, first page, unit", "/admin/", unit, []
    yield "desk, list", desk, county, []
    yield "desk, list, unit", desk, unit, []
    yield "desk, list, city", desk, city, []
    yield "desk, search", f"{desk}?q=路灯", county, []
    yield "desk, page", desk + "{pk}/change/", city, anywhere
    yield "desk, page, unit", desk + "{pk}/change/", unit, nearby
    yield "phone, home", "/", [speaker], []
    yield "phone, list", "/matters/?whose=group", [speaker], []
    yield "phone, page", "/matters/{pk}/", [speaker], heard


def operations(staff, given, rng):
    """Everything that is measured, one after the other; a step is prepared only when its turn has come."""
    import world

    from petitions.moves import TABLE

    def wanted(name):
        return any(word in name for word in given.only)

    copies = 2 * (sum(given.times) + 8)
    for name, path, users, ids in reads(staff, rng):
        if wanted(name):
            yield Operation(name, "GET", path, users, ids)
    if wanted("create"):
        yield Operation(
            "create", "POST", "/api/v1/petitions/", staff.organizers, [], body=world.receipt(staff)
        )
    if wanted("unmask"):
        petition, users, body = world.sample_of_unmasking(staff)
        ids = world.clone(petition, copies)
        path = "/api/v1/petitions/{pk}/unmask/"
        yield Operation("unmask", "POST", path, users, ids, body=body, sample=petition.pk)
    for move in TABLE:
        if not wanted(move.verb):
            continue
        try:
            petition, users, body = world.sample(move.verb, staff)
        except Exception as fault:  # said in the table's place; the others are measured all the same
            print(f"  {move.verb}: not measured: {type(fault).__name__} {getattr(fault, 'errors', fault)}")
            continue
        ids = world.clone(petition, copies)
        path = "/api/v1/petitions/{pk}/" + move.verb.replace("_", "-") + "/"
        yield Operation(move.verb, "POST", path, users, ids, body=body, sample=petition.pk)


def measure(size, given, staff, servers, database):
    load = Load(servers, database, given.times)
    rng = random.Random(size)
    print(f"\n{size:,} matters")
    print(
        f"{'':31}{'queries':>8}{'CPU ms':>9}{'bare':>7}{'ratio':>7}{'req/s':>9}{'bare':>8}{'ratio':>7}{'median ms':>11}{'cost ms':>9}"
    )
    results = {}
    for operation in operations(staff, given, rng):
        try:
            result = load.measure(operation)
        except RuntimeError as fault:
            print(f"  {fault}", flush=True)
            continue
        results[operation.name] = result
        print(result.line(operation.name), flush=True)
    return results


def tell(sizes, found):
    small, large = found[sizes[0]], found[sizes[-1]]
    print(f"\ncost at {sizes[-1]:,} as a multiple of that at {sizes[0]:,}")
    growth = {
        name: large[name].cost / small[name].cost for name in large if name in small and small[name].cost
    }
    for name, ratio in sorted(growth.items(), key=lambda item: -item[1])[:12]:
        print(f"  {name:30}{ratio:6.2f}")
    searches = {name: result.median for name, result in large.items() if name.startswith("search")}
    pages = {
        n: r.queries
        for n, r in large.items()
        if n.startswith(("list", "desk", "phone", "detail", "time line", "search"))
    }
    if searches:
        _verdict(
            f"search ≤ {SLOWEST_SEARCH_MS} ms (median of one connection)",
            searches,
            SLOWEST_SEARCH_MS,
            "{:.0f} ms",
        )
    if pages:
        _verdict(f"no list or detail page over {MOST_QUERIES} queries", pages, MOST_QUERIES, "{} queries")
    if growth:
        _verdict(f"{sizes[-1]:,} costs at most {GROWTH} × {sizes[0]:,}", growth, GROWTH, "{:.2f}")


def _verdict(target, values, limit, form):
    over = {name: value for name, value in values.items() if value > limit}
    worst = max(values, key=values.get)
    print(f"{'holds' if not over else 'FAILS'}: {target}; worst: {worst}, {form.format(values[worst])}")
    for name, value in sorted(over.items(), key=lambda item: -item[1]):
        print(f"       {name}: {form.format(value)}")


def main():
    given = arguments()
    began = time.monotonic()
    with running(given) as (own, started, log):
        build_city(given)
        import world

        staff, servers, found = world.Staff(), None, {}
        for size in given.sizes:
            print(f"making {size:,} matters …", flush=True)
            world.grow(size)
            servers = servers or start_servers(started, log)
            found[size] = measure(size, given, staff, servers, own)
        tell(given.sizes, found)
    print(f"\n{time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
