"""Credentials of other systems: an OAuth2 application, and the service account it acts as."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import get_access_token_model, get_application_model

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput
from accounts.models import Membership, Organization, User

Application = get_application_model()


@dataclass(frozen=True)
class ClientCredentials:
    client_id: str
    client_secret: str
    """In plain text, here and nowhere else: the database keeps its hash."""


@transaction.atomic
def create_client(name, *, organization_code, role, on):
    """A new client acting with `role` in the organisation. Raises Conflict if the name is taken."""
    name, organization = _check(name, organization_code, role)
    if Application.objects.filter(name=name).exists():
        raise Conflict(f"已有名为「{name}」的对接系统。要换新密钥请加 --renew，要另建请换个名称。")
    client_id = generate_client_id()
    user = User(username=f"client.{client_id[:12]}", display_name=name[:40], is_service=True)
    user.set_unusable_password()
    user.save()
    Membership.objects.create(user=user, organization=organization, role=role, start_date=on)
    secret = generate_client_secret()
    Application.objects.create(
        name=name,
        user=user,
        client_id=client_id,
        client_secret=secret,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )
    return ClientCredentials(client_id, secret)


@transaction.atomic
def renew_client(name, *, organization_code, role, on):
    """A new secret for a client; its tokens end, and so does any right other than the one named here."""
    name, organization = _check(name, organization_code, role)
    application = Application.objects.select_for_update().filter(name=name).first()
    if application is None:
        raise InvalidInput({"name": [f"没有名为「{name}」的对接系统。新建请去掉 --renew。"]})
    get_access_token_model().objects.filter(application=application).delete()
    held = application.user.memberships.current(on=on)
    same = held.filter(organization=organization, role=role)
    if not same.exists():
        Membership.objects.create(user=application.user, organization=organization, role=role, start_date=on)
    others = held.exclude(organization=organization, role=role)
    # A right from before today ended yesterday; one that began today never was.
    others.filter(start_date__lt=on).update(end_date=on - timedelta(days=1))
    others.filter(start_date__gte=on).delete()
    application.client_secret = secret = generate_client_secret()
    application.save(update_fields=["client_secret", "updated"])
    return ClientCredentials(application.client_id, secret)


def _check(name, organization_code, role):
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise InvalidInput({"name": ["请给对接系统起个名称，最多100字。"]})
    if role not in Role.values:
        words = "、".join(f"{each.value}（{each.label}）" for each in Role)
        raise InvalidInput({"role": [f"没有「{role}」这个角色，可用的有：{words}。"]})
    organization = Organization.objects.filter(code=organization_code).first()
    if organization is None:
        raise InvalidInput({"organization": [f"没有代码为「{organization_code}」的组织，请核对。"]})
    return name, organization
