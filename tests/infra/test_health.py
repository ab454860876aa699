import pytest

from weifang_liaison import health, heartbeats

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_well(monkeypatch):
    """Both hearts beat and the broker answers; the suite itself runs without them (test_serve.py runs the real ones)."""
    monkeypatch.setattr(health, "check_broker", lambda: {"status": "ok"})
    for part in heartbeats.PARTS:
        heartbeats.beat_heart(part)


def test_all_well(client, all_well):
    answer = client.get("/healthz")
    told = answer.json()
    assert answer.status_code == 200
    assert told["status"] == "ok"
    assert {
        part: told[part]["status"] for part in ("database", "broker", "worker", "beat", "migrations")
    } == {
        "database": "ok",
        "broker": "ok",
        "worker": "ok",
        "beat": "ok",
        "migrations": "ok",
    }
    assert 0 <= told["worker"]["heartbeat_age_seconds"] < 5
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("part", heartbeats.PARTS)
def test_a_heart_that_stopped(client, all_well, part, monkeypatch):
    now = heartbeats.time.time()
    monkeypatch.setattr(heartbeats.time, "time", lambda: now - 100)
    heartbeats.beat_heart(part)
    monkeypatch.setattr(heartbeats.time, "time", lambda: now)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    told = answer.json()
    assert told["status"] == "down"
    assert told[part]["status"] == "down"
    assert told[part]["heartbeat_age_seconds"] == pytest.approx(100, abs=1)
    assert told["database"]["status"] == "ok"


def test_a_heart_that_never_beat(client, monkeypatch):
    monkeypatch.setattr(health, "check_broker", lambda: {"status": "ok"})
    told = client.get("/healthz").json()
    assert told["worker"] == {"status": "down", "heartbeat_age_seconds": None}


def test_a_broker_that_does_not_answer(client, all_well, settings, monkeypatch):
    monkeypatch.undo()
    settings.REDIS_URL = "redis://127.0.0.1:1"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["broker"]["status"] == "down"


def test_a_migration_that_waits(client, all_well, monkeypatch):
    monkeypatch.setattr(health.check_migrations, "complete", False)
    monkeypatch.setattr(
        health.MigrationExecutor, "migration_plan", lambda self, targets: [("records", "0099_later")]
    )
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == {"status": "down", "waiting": 1}
