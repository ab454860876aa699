"""Asking house and yardstick the same thing, and what it cost them."""

import http.client
import itertools
import os
import re
import statistics
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import quote

import orjson
from engine import cpu_seconds

WARM = 4
TOKEN = "b" * 32
SKIPPED = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
ACCOUNT = (
    '"django_session"',
    'FROM "accounts_membership"',
    'SELECT "accounts_user"."id", "accounts_user"."password"',
)
"""What the yardstick reads in one query of its own."""
NUMBER = r"'\d{6}(?:-[A-Z]{2})?-\d{4}-\d{6}'"
"""Numbers of matters and files, each of which may be given once."""

serial = itertools.count(1)


@dataclass
class Operation:
    name: str
    method: str
    path: str
    users: list
    ids: list
    body: dict | None = None
    sample: int | None = None
    """The matter on which the step is tried out once, to learn its statements."""


@dataclass
class Result:
    """What an operation has cost so far, `house` and `bare` apart; seconds."""

    queries: int
    cpu: dict = field(default_factory=lambda: {"house": 0.0, "bare": 0.0})
    asked: int = 0
    at_once: int = 0
    wall: dict = field(default_factory=lambda: {"house": 0.0, "bare": 0.0})
    taken: list = field(default_factory=list)
    """Each single request of the house."""
    used: float = 0.0
    """By the web process and the database for those single requests."""
    length: int = 0
    """Bytes of an answer of the house: a page that shows more rows costs more, whatever lies behind it."""
    faults: int = 0

    def cpu_ms(self, name):
        return self.cpu[name] / self.asked * 1000

    def rate(self, name):
        return self.at_once / self.wall[name]

    @property
    def median(self):
        return statistics.median(self.taken) * 1000

    @property
    def cost(self):
        return self.used / len(self.taken) * 1000

    def line(self):
        house, bare = self.cpu_ms("house"), self.cpu_ms("bare")
        fast, faster = self.rate("house"), self.rate("bare")
        fault = f"  {self.faults} refused" if self.faults else ""
        return (
            f"{self.queries:8}{house:9.1f}{bare:7.2f}{house / max(bare, 0.01):7.1f}"
            f"{fast:9.0f}{faster:8.0f}{fast / faster:7.2f}{self.median:11.1f}{self.cost:9.1f}"
            f"{self.length / 1000:8.1f}{fault}"
        )


class Load:
    """Asks the house and the yardstick for one operation after the other, each a share at a time."""

    def __init__(self, servers, database, share):
        self.servers = dict(zip(("house", "bare"), servers, strict=True))
        self.database = database
        self.share = share
        self.sessions, self.pages = {}, {}

    def begin(self, operation):
        """Learn its statements and warm the servers; from now on every turn is for this one."""
        self.result = self._learn(operation)
        self.requests = {
            name: self._requests(operation, name, place) for place, name in enumerate(self.servers)
        }
        for name in self.servers:
            self._ask(name, WARM, threads=1)

    def take_turn(self):
        """One share: some requests one by one, more of them four at once."""
        one_by_one, at_once = self.share
        result = self.result
        for name in self.servers:
            before = self._clocks(name)
            taken, faults = self._ask(name, one_by_one, threads=1)
            used = sum(self._clocks(name)) - sum(before)
            started = time.monotonic()
            _taken, more = self._ask(name, at_once, threads=4)
            result.wall[name] += time.monotonic() - started
            result.cpu[name] += self._clocks(name)[0] - before[0]
            result.faults += faults + more
            if name == "house":
                result.taken += taken
                result.used += used
        result.asked += one_by_one + at_once
        result.at_once += at_once

    def _clocks(self, name):
        return cpu_seconds(self.servers[name].pid), cpu_seconds(self.database.pid)

    def _learn(self, operation):
        """Try it once in this process and keep its statements for the yardstick. Returns the beginning of a Result."""
        from django.db import connection
        from django.test import Client

        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(operation.users[0])
        pk = operation.sample or (operation.ids[0] if operation.ids else None)
        address = quote(operation.path.format(pk=pk), safe="/?=&")
        # Once before, so that what a process reads only once is not counted.
        if operation.method == "GET":
            client.get(address)
        connection.force_debug_cursor = True
        connection.queries_log.clear()
        if operation.method == "GET":
            answer = client.get(address)
        else:
            answer = client.post(address, orjson.dumps(operation.body), content_type="application/json")
        asked = [query["sql"] for query in connection.queries_log if not query["sql"].startswith(SKIPPED)]
        connection.force_debug_cursor = False
        if answer.status_code >= 300:
            raise RuntimeError(f"{operation.name}: {answer.status_code} {answer.content.decode()[:300]}")
        creates = operation.name == "create"
        self.pages[self._key(operation)] = {
            "sql": [sql for sql in asked if not any(mark in sql for mark in ACCOUNT)],
            "pk": str(answer.json()["id"] if creates else pk or "-"),
            "number": NUMBER if operation.method == "POST" else "",
            "creates": creates,
        }
        with open(os.environ["BENCH_STATEMENTS"], "wb") as file:
            file.write(orjson.dumps(self.pages))
        return Result(len(asked), length=len(answer.content))

    @staticmethod
    def _key(operation):
        return re.sub(r"\W+", "-", operation.name)

    def _requests(self, operation, name, place):
        """Endless requests: each with the next account, each step on a matter of its own."""
        writes = operation.sample is not None
        half = len(operation.ids) // 2
        ids = operation.ids[place * half : (place + 1) * half] if writes else operation.ids
        body = orjson.dumps(operation.body) if operation.body is not None else None
        for turn in range(10**9):
            user = operation.users[turn % len(operation.users)]
            session = self._session(user)
            pk = ids[turn] if writes else ids[turn % len(ids)] if ids else ""
            headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
            if body:
                headers["Content-Type"] = "application/json"
            if name == "house":
                path = quote(operation.path.format(pk=pk), safe="/?=&")
            else:
                told = f"Y{next(serial):08d}" if operation.name == "create" else pk
                path = f"/{self._key(operation)}?pk={told}&session={session}&user={user.pk}"
            yield operation.method, path, headers, body

    def _session(self, user):
        from django.test import Client

        if user.pk not in self.sessions:
            client = Client()
            client.force_login(user)
            self.sessions[user.pk] = client.cookies["sessionid"].value
        return self.sessions[user.pk]

    def _ask(self, name, count, *, threads):
        """(seconds of each request, how many were refused)"""
        server = self.servers[name]
        requests = [next(self.requests[name]) for _ in range(count)]
        taken, faults = [], []

        def work(mine):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            for method, path, headers, body in mine:
                started = time.perf_counter()
                connection.request(method, path, body=body, headers=headers)
                answer = connection.getresponse()
                told = answer.read()
                taken.append(time.perf_counter() - started)
                if answer.status >= 300:
                    faults.append((answer.status, path, told[:200]))
            connection.close()

        workers = [threading.Thread(target=work, args=(requests[n::threads],)) for n in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if faults and "BENCH_DEBUG" in os.environ:
            print(faults[0])
        return taken, len(faults)
