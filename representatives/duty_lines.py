"""Which lines of the duty ledger contacts make, and how they are told."""

from representatives.actions.links import contact_address
from representatives.enums import DutyKind, LinkKind
from representatives.ledger import LedgerSource, Told
from representatives.models import Contact


def _lines():
    rows = Contact.objects.standing().filter(link__kind=LinkKind.BRANCH).order_by()
    for mandate, pk, on in rows.values_list("link__mandate_id", "pk", "on").iterator(5000):
        yield mandate, pk, on, 1


def _tell(ids, user):
    rows = Contact.objects.visible_to(user).filter(pk__in=ids).select_related("link__branch")
    return {
        contact.pk: Told(
            what=f"{contact.link.branch}　{contact.get_method_display()}",
            desk=f"/admin/representatives/contactlink/{contact.link_id}/change/",
            phone=contact_address(contact.link),
        )
        for contact in rows
    }


BRANCH_CONTACTS = LedgerSource(DutyKind.BRANCH_CONTACT, Contact, "次", _lines, _tell)
