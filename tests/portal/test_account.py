"""Signing in, the second step, and what keeps an account safe: in Chinese, and with no way to open one's own."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

from tests.portal.conftest import read

pytestmark = pytest.mark.django_db

PASSWORD = "liaison-pass-1"


def sign_in(client, user, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": user.username, "password": password, **more})


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def confirm_identity(client, then):
    return client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": then})


@pytest.fixture
def secret(client, city):
    """The representative has switched on the second step; the client is signed out again."""
    client.force_login(city.representative)
    confirm_identity(client, "/accounts/2fa/totp/activate/")
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    client.logout()
    return secret


def test_the_sign_in_page_offers_no_way_to_open_an_account(client):
    text = read(client.get("/accounts/login/"))
    assert "本系统不开放注册" in text
    assert "忘了密码，请联系本单位组工干部重置。" in text
    assert "signup" not in text
    for name in ("account_signup", "account_reset_password", "account_email", "socialaccount_signup"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_she_signs_in_and_lands_where_she_was_going(client, city):
    assert sign_in(client, city.representative)["Location"] == "/"
    client.logout()
    assert sign_in(client, city.representative, next="/matters/new/")["Location"] == "/matters/new/"
    client.logout()
    assert sign_in(client, city.representative, next="https://evil.example/")["Location"] == "/"


def test_a_wrong_password_is_told_in_chinese_without_telling_whether_the_name_exists(client, city):
    wrong = sign_in(client, city.representative, password="wrong")
    nobody = client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    sentence = re.search(r'role="alert">\s*<p>([^<]+)</p>', read(wrong))[1]
    assert re.fullmatch(r"[\u4e00-\u9fff，。]+", sentence)
    assert sentence in read(nobody)


def test_an_identity_platform_gets_its_button(client, settings):
    assert "统一身份平台" not in read(client.get("/accounts/login/"))
    app = {"provider_id": "city", "name": "统一身份平台", "client_id": "x", "secret": "y"}
    app["settings"] = {"server_url": "https://id.example"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    text = read(client.get("/accounts/login/"))
    assert "用统一身份平台登录" in text
    assert 'action="/accounts/oidc/city/login/' in text


def test_switching_on_the_second_step_shows_secret_and_recovery_codes(client, city):
    client.force_login(city.representative)
    assert "未开启" in read(client.get("/accounts/2fa/"))
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert "再次确认身份" in read(client.get(asked["Location"]))
    assert (
        confirm_identity(client, "/accounts/2fa/totp/activate/")["Location"] == "/accounts/2fa/totp/activate/"
    )
    page = client.get("/accounts/2fa/totp/activate/")
    assert 'src="data:image/svg+xml;' in read(page)
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert wrong.context["form"].errors
    page = client.get("/accounts/2fa/totp/activate/")
    done = client.post(
        "/accounts/2fa/totp/activate/", {"code": code_of(page.context["form"].secret)}, follow=True
    )
    assert "请抄下来" in read(done)
    assert len(done.context["unused_codes"]) == 10
    assert "已开启" in read(client.get("/accounts/2fa/"))


def test_the_second_step_wants_the_code(client, city, secret):
    response = sign_in(client, city.representative)
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert "第二步验证" in read(client.get("/accounts/2fa/authenticate/"))
    assert client.get("/").status_code == 302
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert re.search(r"[\u4e00-\u9fff]", wrong.context["form"].errors["code"][0])
    # The code that switched it on was used up; forget that, so that the test need not wait for the next one.
    cache.clear()
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/").status_code == 200


def test_a_recovery_code_opens_once(client, city, secret):
    code = (
        Authenticator.objects.get(user=city.representative, type="recovery_codes")
        .wrap()
        .get_unused_codes()[0]
    )
    for attempt in ("first", "second"):
        sign_in(client, city.representative)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert client.get("/").status_code == (200 if attempt == "first" else 302)
        client.logout()


def test_every_page_of_account_safety_is_ours(client, city, secret):
    client.force_login(city.representative)
    confirm_identity(client, "/accounts/2fa/")
    for page, words in {
        "/accounts/2fa/": "恢复码",
        "/accounts/2fa/recovery-codes/": "我抄好了",
        "/accounts/2fa/recovery-codes/generate/": "要重新生成恢复码吗？",
        "/accounts/2fa/totp/deactivate/": "要关闭两步验证吗？",
        "/accounts/2fa/reauthenticate/": "动态验证码或恢复码",
        "/accounts/password/change/": "再输一遍新密码",
        "/accounts/logout/": "要退出登录吗？",
        "/accounts/oidc/error/": "统一登录没有成功",
        "/accounts/oidc/cancelled/": "没有登录",
        "/accounts/inactive/": "账号已停用",
    }.items():
        text = read(client.get(page), status=401 if page.endswith("/error/") else 200)
        assert words in text, page
        assert 'lang="zh-Hans"' in text


def test_password_is_changed_with_faults_at_their_fields(client, city):
    client.force_login(city.representative)
    address = "/accounts/password/change/"
    faulty = client.post(address, {"oldpassword": "no", "password1": "12345", "password2": "54321"})
    read(faulty)
    assert set(faulty.context["form"].errors) >= {"oldpassword", "password1"}
    new = "新的密码-要够长-2026"
    client.post(address, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    city.representative.refresh_from_db()
    assert city.representative.check_password(new)


def test_signing_out_is_asked_first(client, city):
    client.force_login(city.representative)
    assert "要退出登录吗？" in read(client.get("/accounts/logout/"))
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_an_inactive_account_does_not_get_in(client, city):
    city.representative.is_active = False
    city.representative.save(update_fields=["is_active"])
    response = sign_in(client, city.representative)
    assert client.get("/").status_code == 302
    assert response.status_code in (200, 302)


def test_locked_out_says_how_long(rf):
    text = render_to_string("account/lockout.html", {"cooloff_timedelta": timedelta(minutes=15)}, rf.get("/"))
    assert "15 分钟" in text
    assert "«undefined" not in text


def test_five_wrong_passwords_lock_the_name_on_this_address_alone(client, city):
    for _try in range(5):
        response = sign_in(client, city.representative, password="wrong")
    text = read(response, status=429)
    assert "暂时不能登录" in text
    assert "15 分钟" in text
    read(sign_in(client, city.representative), status=429)
    # Phones of one office share an address: a colleague gets in, and she herself from elsewhere.
    assert sign_in(client, city.colleague)["Location"] == "/"
    client.logout()
    address = {"REMOTE_ADDR": "10.0.0.9"}
    data = {"login": city.representative.username, "password": PASSWORD}
    assert client.post("/accounts/login/", data, **address)["Location"] == "/"
