import json

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from accounts.clients import create_client, renew_client
from accounts.enums import Role
from accounts.errors import DomainError
from accounts.models import Organization, User
from accounts.trail import leave_trail


class Command(BaseCommand):
    help = (
        "Make credentials for another system (OAuth2 client credentials). Prints the client id and the secret; the "
        "secret is stored hashed and shown this once. The client acts as a service account with ROLE in the "
        "organisation with CODE. --renew gives an existing client a new secret and ends its tokens."
    )

    def add_arguments(self, parser):
        parser.add_argument("name", help="名称，如「12345热线」")
        parser.add_argument("--organization", metavar="CODE", required=True)
        parser.add_argument("--role", required=True, metavar="ROLE", help=f"one of: {', '.join(Role.values)}")
        parser.add_argument("--renew", action="store_true", help="new secret for an existing client")
        parser.add_argument("--json", action="store_true", help='print {"client_id", "client_secret"} only')

    def handle(self, *, name, organization, role, renew, **options):
        make = renew_client if renew else create_client
        try:
            with transaction.atomic():
                client = make(name, organization_code=organization, role=role, on=timezone.localdate())
                self._leave_trail(client, organization, role, renew)
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["json"]:
            shown = {"client_id": client.client_id, "client_secret": client.client_secret}
            self.stdout.write(json.dumps(shown))
            return
        self.stdout.write(f"client_id      {client.client_id}")
        self.stdout.write(f"client_secret  {client.client_secret}")
        self.stdout.write("密钥只显示这一次，请立即妥善保存。令牌地址：/oauth/token/")

    @staticmethod
    def _leave_trail(client, code, role, renew):
        user = User.objects.get(oauth2_provider_application__client_id=client.client_id)
        leave_trail(
            user,
            "client_renewed" if renew else "client_made",
            by=Actor.system(),
            at=timezone.now(),
            organization=Organization.objects.get(code=code),
            after={"role": role},
        )
