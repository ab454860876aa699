import pytest

from tests.infra.surroundings import GOOD_KEY, manage

pytestmark = pytest.mark.once


def test_check_deploy_has_nothing_to_say(tmp_path):
    done = manage(
        "check", "--deploy", "--fail-level", "WARNING", data_dir=tmp_path, DEBUG="0", SECRET_KEY=GOOD_KEY
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "System check identified no issues (0 silenced).\n",
        "",
    )


def test_migrations_say_all_the_models_say(tmp_path):
    done = manage("makemigrations", "--check", "--dry-run", data_dir=tmp_path)
    assert done.returncode == 0, done.stdout


def test_serving_wants_the_static_files_collected(tmp_path):
    refused = manage("serve", data_dir=tmp_path, DEBUG="0", SECRET_KEY=GOOD_KEY, PORT="18999")
    assert refused.returncode == 1
    assert "静态文件还没有收集，请先运行 manage.py collectstatic --no-input。" in refused.stderr
