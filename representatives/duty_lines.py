"""Which lines of the duty ledger contacts and honours make, and how they are told."""

from representatives.actions.links import contact_address
from representatives.enums import DutyKind, LinkKind
from representatives.ledger import LedgerSource, Told
from representatives.models import Contact, Honour


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


def _honour_lines():
    rows = Honour.objects.standing().order_by()
    for mandate, pk, on in rows.values_list("mandate_id", "pk", "granted_date").iterator(5000):
        yield mandate, pk, on, 1


def _tell_honours(ids, user):
    rows = Honour.objects.visible_to(user).filter(pk__in=ids)
    return {
        honour.pk: Told(
            what=f"{honour.title}　{honour.granted_by}",
            desk=f"/admin/representatives/honour/{honour.pk}/change/",
        )
        for honour in rows
    }


HONOURS = LedgerSource(DutyKind.HONOUR, Honour, "项", _honour_lines, _tell_honours)
