"""A bad value in the environment is refused at the start, in one sentence that says what to do."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.infra.surroundings import GOOD_KEY, manage, read_settings

pytestmark = pytest.mark.once
POSTGRES = "postgres://liaison:p%40ss@db.example:5433/liaison?sslmode=require"


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "eighty"}, "环境变量 PORT 应为 1 到 65535 之间的整数，现在是「eighty」"),
        ({"PORT": "70000"}, "环境变量 PORT 应为 1 到 65535 之间的整数，现在是「70000」"),
        ({"DEBUG": "maybe"}, "环境变量 DEBUG 应为 1 或 0，现在是「maybe」"),
        (
            {"DATABASE_URL": "mysql://root@db/liaison", "DEBUG": "1"},
            "环境变量 DATABASE_URL 应形如 postgres://",
        ),
        ({"DATABASE_URL": "postgres://db", "DEBUG": "1"}, "环境变量 DATABASE_URL 应形如 postgres://"),
        ({"REDIS_URL": "localhost:6379"}, "环境变量 REDIS_URL 应形如 redis://"),
        ({"TRUSTED_PROXIES": "nginx"}, "环境变量 TRUSTED_PROXIES 应为逗号分隔的 IP 地址或网段"),
        ({"SESSION_IDLE_MINUTES": "0"}, "环境变量 SESSION_IDLE_MINUTES 应为 1 到"),
        ({"OIDC_ISSUER": "login.example"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://login.example"}, "OIDC_CLIENT_ID"),
        ({"DEBUG": "0"}, "生产模式必须设置环境变量 SECRET_KEY"),
        ({"DATABASE_URL": POSTGRES}, "生产模式必须设置环境变量 SECRET_KEY"),
        ({"DEBUG": "0", "SECRET_KEY": "short"}, "环境变量 SECRET_KEY 太短"),
        ({"DEBUG": "0", "SECRET_KEY": "a" * 60}, "环境变量 SECRET_KEY 太短或太简单"),
    ],
)
def test_refused(tmp_path, variables, sentence):
    refused = read_settings("settings.PORT", data_dir=tmp_path, **variables)
    assert refused.returncode == 1
    last = refused.stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert sentence in last


def test_a_refusal_does_not_repeat_a_password(tmp_path):
    refused = read_settings(
        "settings.PORT", data_dir=tmp_path, DEBUG="1", DATABASE_URL="postgres://u:geheim@db:port/x"
    )
    assert "环境变量 DATABASE_URL 应形如" in refused.stderr
    assert "geheim" not in refused.stderr


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "var").write_text("not a folder")
    refused = read_settings("settings.PORT", data_dir=tmp_path / "var")
    assert refused.returncode == 1
    assert f"数据目录 {tmp_path / 'var'} 不能写入" in refused.stderr


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_not_ours(tmp_path):
    tmp_path.chmod(0o500)
    refused = read_settings("settings.PORT", data_dir=tmp_path)
    tmp_path.chmod(0o700)
    assert refused.returncode == 1
    assert "不能写入" in refused.stderr


def test_the_command_line_shows_the_sentence(tmp_path):
    refused = manage("check", data_dir=tmp_path, PORT="0")
    assert refused.returncode != 0
    assert "环境变量 PORT 应为 1 到 65535 之间的整数" in refused.stderr


def test_the_key_is_made_once_and_is_ours_alone(tmp_path):
    def start(_turn):
        return read_settings("settings.SECRET_KEY", data_dir=tmp_path).stdout.strip()

    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(start, range(4)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    # No draft is left behind by those who came second.
    assert [path.name for path in tmp_path.glob(".secret_key*")] == []


@pytest.mark.parametrize(
    ("variables", "debug", "production"),
    [
        ({}, False, False),
        ({"DEBUG": "1"}, True, False),
        ({"DEBUG": "0", "SECRET_KEY": GOOD_KEY}, False, True),
        ({"DATABASE_URL": POSTGRES, "SECRET_KEY": GOOD_KEY}, False, True),
        ({"DATABASE_URL": POSTGRES, "DEBUG": "1"}, True, False),
    ],
)
def test_three_ways_to_run(tmp_path, variables, debug, production):
    expression = (
        "[settings.DEBUG, settings.PRODUCTION, settings.SESSION_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT]"
    )
    told = read_settings(expression, data_dir=tmp_path, **variables)
    assert told.stdout.strip() == str([debug, production, production, production])


def test_postgresql_by_address(tmp_path):
    expression = (
        "[settings.DATABASES['default'][key] for key in ('ENGINE','NAME','USER','PASSWORD','HOST','PORT')]"
    )
    told = read_settings(expression, data_dir=tmp_path, DATABASE_URL=POSTGRES, SECRET_KEY=GOOD_KEY)
    expected = ["django.db.backends.postgresql", "liaison", "liaison", "p@ss", "db.example", "5433"]
    assert told.stdout.strip() == str(expected)
    options = read_settings(
        "settings.DATABASES['default']['OPTIONS']",
        data_dir=tmp_path,
        DATABASE_URL=POSTGRES,
        SECRET_KEY=GOOD_KEY,
    )
    assert options.stdout.strip() == str(
        {"options": "-c jit=off -c join_collapse_limit=4", "sslmode": "require"}
    )


def test_a_socket_path_is_never_too_long(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    told = read_settings("settings.VALKEY_SOCKET", data_dir=deep).stdout.strip()
    assert len(told.encode()) <= 100
    again = read_settings("settings.VALKEY_SOCKET", data_dir=deep).stdout.strip()
    assert again == told
