"""Keeps the programs of the house running: starts them, starts again what dies, and stops them all.

Knows nothing of Django. Every child leads a process group of its own, so that Ctrl-C in the terminal reaches the
supervisor alone and a child's own children go with it.
"""

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

TICK_SECONDS = 0.2
FIRST_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 30
# A child that ran for so long is well again: its next death counts as the first.
WELL_AFTER_SECONDS = 60
READY_SECONDS = 30
# Enough for a worker to finish what takes moments; what takes longer is done again after the next start.
STOP_SECONDS = 8
PR_SET_PDEATHSIG = 1
# The name of the child that the others talk to.
BROKER = "valkey"

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass
class Child:
    name: str
    command: list[str]
    # The children that follow are started when this one can be used, and `when_ready` has been called.
    is_ready: Callable[[], bool] = lambda: True
    when_ready: Callable[[], None] = lambda: None
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = field(default=FIRST_PAUSE_SECONDS)

    def start(self):
        supervisor = os.getpid()
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            # Safe: the supervisor has one thread.
            preexec_fn=lambda: _die_with(supervisor),
        )

    def signal(self, number):
        """To the whole group, also when its leader is gone already."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def group_is_gone(self):
        self.process.poll()
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:  # macOS says so of a group of zombies
            return self.process.returncode is not None
        return False


def _die_with(supervisor):
    """In the child: asked to stop by the kernel when the supervisor is gone, even if that was killed with -9."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != supervisor:
            os._exit(1)


class Supervisor:
    def __init__(self, children):
        self.children = children
        self.asked_to_stop = 0

    def run(self):
        """Serve until SIGINT, SIGTERM or SIGHUP."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            for child in self.children:
                child.start()
                self._wait_for(child)
            while not self.asked_to_stop:
                for child in self.children:
                    self._look_after(child)
                time.sleep(TICK_SECONDS)
        finally:
            self.stop()

    def _wait_for(self, child):
        deadline = child.started_at + READY_SECONDS
        while not self.asked_to_stop and child.process.poll() is None:
            if child.is_ready():
                child.when_ready()
                return
            if time.monotonic() > deadline:
                log.warning("%s 启动后 %d 秒仍没有应答", child.name, READY_SECONDS)
                return
            time.sleep(0.05)

    def _ask_to_stop(self, _number, _frame):
        self.asked_to_stop += 1

    def _look_after(self, child):
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_again_at:
                child.start()
            return
        code = child.process.poll()
        if code is None:
            return
        # What it left behind would hold its port, or do its work twice.
        child.signal(signal.SIGKILL)
        if now - child.started_at > WELL_AFTER_SECONDS:
            child.pause = FIRST_PAUSE_SECONDS
        log.warning("%s 已退出（%s），%d 秒后重新启动", child.name, _reason(code), child.pause)
        child.process = None
        child.start_again_at = now + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE_SECONDS)

    def stop(self):
        """Last started, first stopped: the broker outlives those who talk to it. A second Ctrl-C waits no longer."""
        deadline = time.monotonic() + STOP_SECONDS
        patience = self.asked_to_stop + 1
        running = [child for child in self.children if child.process]
        talkers = [child for child in running if child.name != BROKER]
        for group in (talkers, [child for child in running if child.name == BROKER]):
            for child in group:
                child.signal(signal.SIGTERM)
            while not all(child.group_is_gone() for child in group):
                if time.monotonic() > deadline or self.asked_to_stop >= patience:
                    for child in group:
                        child.signal(signal.SIGKILL)
                    for child in group:
                        child.process.wait()
                    break
                time.sleep(0.05)


def _reason(code):
    return f"信号 {signal.Signals(-code).name}" if code < 0 else f"代码 {code}"
