"""Reads environment variables for settings.py; a bad value is refused with a sentence that says what to do."""

import contextlib
import hashlib
import ipaddress
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
# sun_path holds 108 bytes with its closing zero on Linux and 104 on macOS.
LONGEST_SOCKET_PATH = 100


def text(name, default=""):
    return os.environ.get(name, "").strip() or default


def boolean(name, default):
    raw = text(name).lower()
    if not raw:
        return default
    if raw in TRUE | FALSE:
        return raw in TRUE
    raise ImproperlyConfigured(f"环境变量 {name} 应为 1 或 0，现在是「{raw}」。")


def integer(name, default, least, most):
    raw = text(name)
    if not raw:
        return default
    if not raw.isascii() or not raw.isdigit() or not least <= int(raw) <= most:
        raise ImproperlyConfigured(f"环境变量 {name} 应为 {least} 到 {most} 之间的整数，现在是「{raw}」。")
    return int(raw)


def words(name, default):
    """A list separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def web_addresses(name):
    addresses = words(name, default=[])
    for address in addresses:
        if not _is_web_address(address):
            raise ImproperlyConfigured(
                f"环境变量 {name} 里的每个地址都应形如 https://域名，用逗号分开，现在有「{address}」。"
            )
    return addresses


def web_address(name):
    address = text(name)
    if address and not _is_web_address(address):
        raise ImproperlyConfigured(f"环境变量 {name} 应形如 https://域名/路径，现在是「{address}」。")
    return address


def _is_web_address(address):
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.hostname)


def need(*names, because):
    """Refuse if one of these is missing, for the reason given (a phrase); without a reason nothing is needed."""
    missing = [name for name in names if not text(name)]
    if because and missing:
        raise ImproperlyConfigured(f"{because}，还要设置环境变量 {'、'.join(missing)}。")


def networks(name):
    """Addresses or networks separated by commas, e.g. `10.0.0.5,192.168.0.0/16`."""
    try:
        return [ipaddress.ip_network(word) for word in words(name, default=[])]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"环境变量 {name} 应为逗号分隔的 IP 地址或网段（如 10.0.0.5,192.168.0.0/16），现在是「{text(name)}」。"
        ) from error


def folder(name, default):
    """A folder we may write in; made if it is not there."""
    path = Path(text(name, default=str(default))).resolve()
    try:
        # People's data lies here: the folder is its owner's alone, unless she has opened it herself.
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise ImproperlyConfigured(
            f"数据目录 {path} 不能写入（{error.strerror}）。请换一个目录（环境变量 {name}），或改好它的权限。"
        ) from error
    return path


def socket_path(data_dir, name):
    """Where a Unix socket of this data folder lies: in it, or in a private folder if that path is too long for one."""
    path = data_dir / name
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    mark = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"liaison-{os.getuid()}-{mark}" / name


def database(name, url):
    """PostgreSQL from `postgres://user:password@host:port/name?sslmode=require`."""
    sentence = f"环境变量 {name} 应形如 postgres://用户:密码@主机:5432/库名（只支持 PostgreSQL）。"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(sentence) from error
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(sentence)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A folder as the host (percent-encoded) means a Unix socket.
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        # Our questions are short: compiling one takes ten times as long as answering it, and so does weighing in which
        # order eight tables are joined. Django names first what a question is sifted by, then what is told beside a row.
        "OPTIONS": {"options": "-c jit=off -c join_collapse_limit=4"} | dict(parse_qsl(parts.query)),
    }


def redis_url(name):
    url = text(name)
    sentence = f"环境变量 {name} 应形如 redis://:密码@主机:6379/0。"
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(sentence) from error
    if url and (parts.scheme not in {"redis", "rediss"} or not parts.hostname):
        raise ImproperlyConfigured(sentence)
    return url


def secret_key(name, production, data_dir):
    """The given key; without one, embedded mode keeps its own in the data folder and production refuses."""
    key = text(name)
    advice = "可用 python3 -c 'import secrets; print(secrets.token_urlsafe(64))' 生成一个，并妥善保管。"
    if production and not key:
        raise ImproperlyConfigured(f"生产模式必须设置环境变量 {name}。{advice}")
    if production and (len(key) < 50 or len(set(key)) < 5):
        raise ImproperlyConfigured(f"环境变量 {name} 太短或太简单，至少要 50 个随机字符。{advice}")
    return key or _own_key(data_dir / "secret_key")


def _own_key(path):
    """Made once, whole, readable by us alone, however many processes start at the same moment."""
    try:
        if not path.exists():
            descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # mode 0600
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(64))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)  # the first one wins; the others read hers
            os.unlink(draft)
        key = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"读不到密钥文件 {path}（{error.strerror}）。请改好它的权限，或设置环境变量 SECRET_KEY。"
        ) from error
    if not key:
        raise ImproperlyConfigured(f"密钥文件 {path} 是空的。请删除它后重新启动，系统会另建一个。")
    return key
