from django.db import transaction
from django.db.models import Max

from accounts.channels import plan_deliveries
from accounts.enums import NoticeKind
from accounts.errors import InvalidInput
from accounts.models import Notice, Organization
from accounts.scope import STEP


@transaction.atomic
def create_organization(*, code, name, kind, parent=None, short_name="", aliases=()):
    """Add a node below `parent`; its path follows the last sibling's."""
    siblings = Organization.objects.select_for_update().filter(parent=parent)
    last = siblings.aggregate(last=Max("path"))["last"]
    number = int(last[-STEP:]) + 1 if last else 1
    if number >= 10**STEP - 1:
        raise InvalidInput({"parent": ["该上级下的组织已满，请新建一级再添加。"]})
    return Organization.objects.create(
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        short_name=short_name,
        aliases=list(aliases),
        path=f"{parent.path if parent else ''}{number:0{STEP}d}",
    )


@transaction.atomic
def notify(users, *, title, body="", link="", at, kind=NoticeKind.MATTER, discreet=False):
    """Leave a notice for each user; written in the caller's transaction, so it exists if and only if the deed does.

    The same transaction plans its way to their channels (mail, WeCom …). There, only the number at the beginning of
    `body` and the title are told; with `discreet` (complaints about an office) not even these.
    """
    users = {user.pk: user for user in users if user is not None}.values()
    notices = Notice.objects.bulk_create(
        [Notice(user=u, title=title[:120], body=body, link=link, kind=kind, created_at=at) for u in users]
    )
    plan_deliveries(notices, title=title, body=body, discreet=discreet, at=at)


def read_notice(notice, *, at):
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)
