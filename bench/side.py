"""One register of a certain size with a database, a cache and two web servers of its own, in a process of its own.

bench/matters.py has one of these for each size and asks them in turn: what one machine does in one minute is compared.
"""

import contextlib
import functools
import multiprocessing
import os
import random
import secrets
import sys
import tempfile
import traceback
from pathlib import Path

from asking import Load, Operation
from engine import Postgres, Server, free_port, granian

HERE = Path(__file__).resolve().parent


class Side:
    """The remote control. Each call waits for its answer; `begin` and `finish` make two calls of a long one."""

    def __init__(self, size, given):
        self.size = size
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_answer, args=(other, size, given), daemon=True)
        self.process.start()
        other.close()

    def begin(self, word, *args):
        self.pipe.send((word, args))

    def finish(self):
        try:
            fault, value = self.pipe.recv()
        except EOFError:
            sys.exit(f"the register with {self.size:,} matters has ended; its fault stands above")
        if fault:
            raise RuntimeError(fault)
        return value

    def call(self, word, *args):
        self.begin(word, *args)
        return self.finish()

    def stop(self):
        with contextlib.suppress(OSError):
            self.begin("stop")
        self.process.join(60)


def _answer(pipe, size, given):
    """In the process of the side: make the register, then do what is asked until there is nobody to ask."""
    with _running(size, given) as (database, started, log):
        _build_city(given.scale)
        import world

        count, staff = world.grow(size), world.Staff()
        copies = 2 * (given.turns * sum(given.share) + 8)
        operations = _operations(staff, random.Random(size), copies)
        load = Load(_start_servers(started, log), database, given.share)
        calls = {
            "made": lambda: count,
            "names": lambda: list(operations),
            "prepare": lambda name: load.begin(operations[name]()),
            "turn": load.take_turn,
            "result": lambda: load.result,
        }
        with contextlib.suppress(EOFError, KeyboardInterrupt):
            while (asked := pipe.recv())[0] != "stop":
                word, args = asked
                try:
                    pipe.send((None, calls[word](*args)))
                except (
                    Exception
                ) as fault:  # told by whoever asked; the other operations are measured all the same
                    if "BENCH_DEBUG" in os.environ:
                        traceback.print_exc()
                    pipe.send((f"{type(fault).__name__} {getattr(fault, 'errors', fault)}", None))


@contextlib.contextmanager
def _running(size, given):
    """Database and data folder; sets the environment and starts Django in this process."""
    database = Postgres(given.keep and Path(given.keep, str(size)).resolve())
    folder = tempfile.TemporaryDirectory(prefix="liaison-bench-")
    os.environ.pop("REDIS_URL", None)
    os.environ |= {
        "DATABASE_URL": database.url,
        "DATA_DIR": folder.name,
        "DJANGO_SETTINGS_MODULE": "weifang_liaison.settings",
        "DEBUG": "0",
        "HTTPS": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "BENCH_STATEMENTS": f"{folder.name}/statements.json",
        "PYTHONPATH": f"{HERE.parent}:{HERE}",
    }
    import django

    started = []
    try:
        django.setup()
        with open(f"{folder.name}/log", "w") as log:
            yield database, started, log
    except BaseException:
        with contextlib.suppress(OSError):
            print(Path(folder.name, "log").read_text()[-3000:], file=sys.stderr)
        raise
    finally:
        from django.db import connections

        connections.close_all()
        for server in reversed(started):
            server.stop()
        database.stop()
        folder.cleanup()


def _build_city(scale):
    from django.core.management import call_command

    from accounts.models import Organization

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if not Organization.objects.exists():
        call_command("demo", scale=scale, verbosity=0)


def _start_servers(started, log):
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


def _reads(staff, rng):
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
    # As many as are overdue in the smaller register, too: pages of the same length are compared.
    yield "list, overdue", f"{api}?overdue=true&ordering=due_date&page_size=20", county, []
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
    yield "search frequent, representative", "/matters/?whose=group&q=希望", [speaker], []
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


def _operations(staff, rng, copies):
    """{name: what makes the Operation when its turn has come}; `copies`: of the matter a step is done on."""
    import world

    from petitions.moves import TABLE

    found = {
        name: functools.partial(Operation, name, "GET", path, users, ids)
        for name, path, users, ids in _reads(staff, rng)
    }
    api = "/api/v1/petitions/"
    found["create"] = lambda: Operation(
        "create", "POST", api, staff.organizers, [], body=world.receipt(staff)
    )

    def step(name, sample):
        petition, users, body = sample()
        path = f"{api}{{pk}}/{name.replace('_', '-')}/"
        ids = world.clone(petition, copies)
        return Operation(name, "POST", path, users, ids, body=body, sample=petition.pk)

    found["unmask"] = functools.partial(step, "unmask", lambda: world.sample_of_unmasking(staff))
    for move in TABLE:
        found[move.verb] = functools.partial(
            step, move.verb, functools.partial(world.sample, move.verb, staff)
        )
    return found
