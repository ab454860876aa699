"""manage.py api_client: credentials for another system."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_application_model

from accounts.models import User
from accounts.scope import Scope
from accounts.tasks import forget_expired

pytestmark = pytest.mark.django_db


def run(*args):
    out = StringIO()
    call_command("api_client", *args, stdout=out)
    return out.getvalue()


def make(name="市民热线", organization="370783", role="client", *more):
    return json.loads(run(name, "--organization", organization, "--role", role, "--json", *more))


def token(client, made):
    data = {"grant_type": "client_credentials", **made}
    return client.post("/oauth/token/", data)


def test_it_prints_id_and_secret_once(city, client):
    made = make()
    assert set(made) == {"client_id", "client_secret"}
    application = get_application_model().objects.get(client_id=made["client_id"])
    assert made["client_secret"] not in application.client_secret
    user = application.user
    assert (user.is_service, user.has_usable_password(), user.label) == (True, False, "市民热线")
    assert Scope.of(user).grants == {("client", city.county.path)}
    assert token(client, made).status_code == 200
    assert get_access_token_model().objects.get().token == ""


def test_the_account_cannot_sign_in_on_the_web(city, client):
    make()
    user = User.objects.get(display_name="市民热线", username__startswith="client.")
    answer = client.post("/accounts/login/", {"login": user.username, "password": "x"})
    assert "_auth_user_id" not in client.session
    assert answer.status_code in (200, 400)


def test_the_same_name_again_is_refused(city):
    make()
    with pytest.raises(CommandError, match="已有名为「市民热线」的对接系统.*--renew"):
        make()
    assert get_application_model().objects.count() == 1


def test_renew_gives_a_new_secret_and_ends_the_old(city, client):
    old = make()
    issued = token(client, old).json()["access_token"]
    new = make("市民热线", city.town.code, "keeper", "--renew")
    assert new["client_id"] == old["client_id"]
    assert token(client, old).status_code == 401
    assert token(client, new).status_code == 200
    answer = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {issued}"})
    assert answer.status_code == 401
    user = get_application_model().objects.get().user
    assert Scope.of(user).grants == {("keeper", city.town.path)}


@pytest.mark.parametrize(
    "args, sentence",
    [
        (("甲", "0000", "client"), "没有代码为「0000」的组织"),
        (("甲", "370783", "king"), "没有「king」这个角色"),
        (("", "370783", "client"), "请给对接系统起个名称"),
        (("甲", "370783", "client", "--renew"), "没有名为「甲」的对接系统"),
    ],
)
def test_refusals(city, args, sentence):
    with pytest.raises(CommandError, match=sentence):
        make(*args)
    assert not get_application_model().objects.exists()


def test_a_retired_account_opens_nothing(city, client):
    issued = token(client, make()).json()["access_token"]
    headers = {"Authorization": f"Bearer {issued}"}
    assert client.get("/api/v1/me/", headers=headers).status_code == 200
    User.objects.filter(username__startswith="client.").update(is_active=False)
    assert client.get("/api/v1/me/", headers=headers).status_code == 401


def test_expired_tokens_are_swept(city, client):
    made = make()
    old, new = (token(client, made).json()["access_token"] for _turn in range(2))
    tokens = get_access_token_model().objects
    tokens.filter(pk=tokens.order_by("pk").first().pk).update(expires=timezone.now() - timedelta(hours=1))
    forget_expired()
    assert tokens.count() == 1
    opened = [client.get("/api/v1/me/", headers={"Authorization": f"Bearer {each}"}) for each in (old, new)]
    assert [answer.status_code for answer in opened] == [401, 200]
