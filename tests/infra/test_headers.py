"""What every answer tells the browser."""

import pytest

STRICT = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/", "/api/schema/", "/api/docs/", "/healthz", "/no/such/page/"]
)
def test_the_strict_policy_everywhere(client, path):
    assert client.get(path).headers["Content-Security-Policy"] == STRICT


@pytest.mark.django_db
def test_the_desk_runs_no_foreign_script(client, city):
    client.force_login(city.organizer)
    policy = client.get("/admin/").headers["Content-Security-Policy"]
    allowed = dict(part.split(" ", 1) for part in policy.split("; "))
    assert allowed["default-src"] == "'self'"
    assert "http" not in allowed["script-src"]
    assert allowed["frame-ancestors"] == "'none'"


@pytest.mark.django_db
def test_other_headers(client):
    headers = client.get("/accounts/login/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_hsts_over_https_only(client, settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    assert "Strict-Transport-Security" not in client.get("/accounts/login/").headers
    assert (
        client.get("/accounts/login/", secure=True).headers["Strict-Transport-Security"] == "max-age=31536000"
    )


@pytest.mark.django_db
def test_cookies_are_not_for_scripts_nor_for_other_sites(client, city):
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": city.organizer.username, "password": "liaison-pass-1"})
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("peer", "forwarded", "seen"),
    [
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),  # a stranger's header is not believed
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "192.0.2.1, 203.0.113.9", "203.0.113.9"),  # what stands further left may be invented
        ("10.0.0.1", "192.0.2.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),  # two proxies of ours in a row
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_whose_address_it_is(rf, settings, peer, forwarded, seen):
    import ipaddress

    from weifang_liaison.proxies import TrustedProxyMiddleware

    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/24")]
    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded, HTTP_X_FORWARDED_PROTO="https")
    TrustedProxyMiddleware(lambda _request: None)(request)
    assert request.META["REMOTE_ADDR"] == seen
    assert ("HTTP_X_FORWARDED_PROTO" in request.META) is (peer == "10.0.0.1")
