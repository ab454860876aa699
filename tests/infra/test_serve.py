"""The whole house by one command, with its real children: what starts, what comes back, what is left behind."""

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.infra.surroundings import ROOT, manage, surroundings
from tests.migrated import begin_with_migrated
from weifang_liaison.supervisor import PR_SET_PDEATHSIG

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes in /proc"),
]

CHILDREN = ("granian", "worker", "beat", "valkey-server")
# Generous: the suite keeps every core busy at the same time.
PATIENCE_SECONDS = 90


def _die_with_the_test():
    """In the child: a test run that is killed leaves no house behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class House:
    def __init__(self, folder, **variables):
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = (folder / "serve.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=surroundings(folder, PORT=str(self.port), WEB_WORKERS="1", JOB_WORKERS="1", **variables),
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_the_test,
        )

    def health(self):
        """Status and body of /healthz, or None while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except (OSError, ValueError):
            return None

    def children(self):
        """Every process that serves this folder, but for the supervisor: {pid: command line}."""
        mark = f"DATA_DIR={self.folder}".encode()
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                told = (path / "environ").read_bytes().split(b"\0")
                # Valkey writes its title over its environment, but it stays in its folder.
                is_ours = mark in told or (path / "cwd").readlink().is_relative_to(self.folder)
                if is_ours and int(path.name) != self.process.pid:
                    command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    if command:  # a zombie has none
                        found[int(path.name)] = command
        return found

    def pid_of(self, word):
        """The oldest process of a child, i.e. the one the supervisor started."""
        return min(
            (pid for pid, command in self.children().items() if f"{word} " in f"{command} "), default=None
        )

    def told(self):
        return (self.folder / "serve.log").read_text()

    def end(self):
        for pid in [*self.children(), self.process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


def wait_until(question, why):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {PATIENCE_SECONDS} s: {why()}")


def wait_until_well(house):
    def is_well():
        assert house.process.poll() is None, house.told()
        return (house.health() or (0,))[0] == 200

    wait_until(is_well, lambda: f"{house.health()}\n{house.told()}")


@pytest.fixture
def serve():
    """Starts a house in a folder, its database migrated; ends whatever is still there when the test is over."""
    started = []

    def start(folder):
        begin_with_migrated(folder / "db.sqlite3")
        migrated = manage("migrate", "--verbosity", "0", data_dir=folder)
        assert migrated.returncode == 0, migrated.stderr
        started.append(House(folder))
        wait_until_well(started[-1])
        return started[-1]

    yield start
    for house in started:
        house.end()


JOB_OF_NO_KIND = """
from django.utils import timezone
from records.models import Job
from records.tasks import run_job_task
job = Job.objects.create(kind="no-such-kind", created_at=timezone.now())
run_job_task.delay(job.pk)
"""
ITS_STATE = "from records.models import Job; print(Job.objects.get().state)"


def test_it_works_comes_back_and_leaves(tmp_path, serve):
    house = serve(tmp_path)
    assert f"http://127.0.0.1:{house.port}/" in house.told()

    # Web, broker and worker are one house: what is sent from outside is done by the worker.
    assert manage("shell", "-v0", "-c", JOB_OF_NO_KIND, data_dir=tmp_path).returncode == 0
    wait_until(
        lambda: manage("shell", "-v0", "-c", ITS_STATE, data_dir=tmp_path).stdout.strip() == "failed",
        house.told,
    )

    # One folder is served once.
    refused = manage("serve", data_dir=tmp_path, PORT=str(house.port + 1 if house.port < 65535 else 1024))
    assert refused.returncode == 1
    assert "已有一套系统在运行" in refused.stderr

    # A child that dies comes back.
    worker = house.pid_of("worker")
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: house.pid_of("worker") not in (None, worker), house.told)
    wait_until(lambda: "worker 已退出（信号 SIGKILL），1 秒后重新启动" in house.told(), house.told)
    wait_until_well(house)

    # Ctrl-C stops them all.
    os.kill(house.process.pid, signal.SIGINT)
    assert house.process.wait(timeout=PATIENCE_SECONDS) == 0
    assert house.children() == {}


def test_killed_with_9_it_leaves_no_orphans(tmp_path, serve):
    # Too deep for a socket, as a bonus: the path of one holds about a hundred bytes.
    folder = tmp_path / ("deep" * 20)
    folder.mkdir()
    house = serve(folder)
    assert {name for name in CHILDREN if house.pid_of(name)} == set(CHILDREN)
    house.process.kill()
    wait_until(lambda: house.children() == {}, house.children)


def test_a_port_in_use(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = manage("serve", data_dir=tmp_path, PORT=str(port))
    assert refused.returncode == 1
    assert f"端口 {port} 已被别的程序占用" in refused.stderr
    assert "Traceback" not in refused.stderr
