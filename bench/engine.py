"""The machines under a benchmark: a PostgreSQL of its own, web servers, and the CPU time their processes use."""

import contextlib
import glob
import http.client
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
NEEDS = (
    "needs PostgreSQL 15 or newer: initdb and pg_ctl on PATH or below /usr/lib/postgresql (Debian: apt-get install "
    "postgresql); as root it is run by the user postgres"
)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Postgres:
    """A server with the settings of a small office machine and without fsync, in a temporary folder or in one that is
    kept for the next run."""

    def __init__(self, kept=None):
        # Whoever ends the bench from outside ends what it has started, too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.kept = kept is not None
        self.folder = Path(kept) if self.kept else Path(tempfile.mkdtemp(prefix="liaison-bench-pg-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.bin = self._find_bin()
        self.as_user = self._other_user()
        if self.as_user:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        data = self.folder / "data"
        if not data.exists():
            self._run("initdb", "-D", data, "-A", "trust", "-U", "bench", "-E", "UTF8", "--locale=C.UTF-8")
        options = {
            "port": self.port,
            "unix_socket_directories": self.folder,
            "listen_addresses": "127.0.0.1",
            "fsync": "off",
            "shared_buffers": "512MB",
            "jit": "off",
        }
        told = " ".join(f"-c {name}={value}" for name, value in options.items())
        self._run("pg_ctl", "-D", data, "-o", told, "-w", "-l", self.folder / "log", "start")
        self.url = f"postgres://bench@127.0.0.1:{self.port}/postgres"
        self.pid = int((data / "postmaster.pid").read_text().split()[0])

    @staticmethod
    def _find_bin():
        found = shutil.which("initdb")
        folders = (
            [Path(found).resolve().parent]
            if found
            else sorted(map(Path, glob.glob("/usr/lib/postgresql/*/bin")))
        )
        if not folders:
            sys.exit(f"the bench {NEEDS}")
        return folders[-1]

    @staticmethod
    def _other_user():
        if os.getuid() != 0:
            return []
        if not shutil.which("runuser"):
            sys.exit(f"the bench {NEEDS}")
        return ["runuser", "-u", "postgres", "--"]

    def _run(self, name, *arguments):
        command = [*self.as_user, str(self.bin / name), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    def stop(self):
        mode = "fast" if self.kept else "immediate"
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", self.folder / "data", "-m", mode, "-w", "stop")
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    """A program with a port, in a process group of its own."""

    def __init__(self, command, *, port, environment, log):
        self.port = port
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        self.pid = self.process.pid

    def wait(self, path="/", seconds=60):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", path)
                connection.getresponse().read()
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise RuntimeError(f"the server on port {self.port} does not answer; see its log")

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
            return
        os.killpg(self.pid, signal.SIGKILL)


def granian(application, port):
    """The web server exactly as `manage.py serve` starts it, with one worker, so that its CPU time is one process's."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--log-level", "warning", application),
    ]


def cpu_seconds(pid):
    """User and system time of a process and of everything below it."""
    seconds = 0.0
    for process in _family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            # Of children that have ended the parent keeps the sum (cutime, cstime).
            seconds += sum(map(int, fields[11:15])) / TICKS
    return seconds


def _family(pid):
    children = {}
    for folder in glob.glob("/proc/[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int(Path(folder, "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(Path(folder).name))
    found, open_ends = [], [pid]
    while open_ends:
        found.append(open_ends.pop())
        open_ends += children.get(found[-1], [])
    return found
