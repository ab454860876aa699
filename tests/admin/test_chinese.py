"""No English on the desk: every page that a role can reach is walked, and its visible words are looked at."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from records.models import Event
from studios.models import ChecklistItem
from tests.access.visitor import Visitor
from tests.factories import make_petition, make_user
from tests.studios.desk import make_day

pytestmark = pytest.mark.once  # No engine changes the words of a page.
ALLOWED = {
    *("A", "B", "C", "D"),  # classes of a reply
    *(
        "Tab",
        "TOTP",
        "Ctrl",
        "Enter",
        "Excel",
        "PDF",
        "Word",
        "JSON",
        "txt",
        "json",
        "xlsx",
        "api",
        "client",
        "manage",
        "py",
    ),
}
MANAGEMENT = [
    f"{rows}-{number}_FORMS"
    for rows in ("memberships", "checklist_results", "placements", "keepers")
    for number in ("TOTAL", "INITIAL")
]
CODES = re.compile(r"\b[a-z]+(?:[-_][a-z]+)+\b|^\s*letter\s*$")
LETTER = re.compile("[A-Za-z]")
UNSEEN = {"script", "style", "template", "svg", "code", "pre"}
SHOWN_ATTRIBUTES = {"placeholder", "title", "aria-label", "alt"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "source", "wbr"}


class VisibleWords(HTMLParser):
    """Text and spoken attributes of a page, without scripts and without the names of icons."""

    def __init__(self):
        super().__init__()
        self.texts, self._stack, self._hiding = [], [], 0

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        hidden = tag in UNSEEN or "material-symbols" in (attrs.get("class") or "")
        if not self._hiding and not hidden:
            self.texts += [value for name, value in attrs.items() if name in SHOWN_ATTRIBUTES and value]
        if tag not in VOID:
            self._stack.append(hidden)
            self._hiding += hidden

    def handle_endtag(self, tag):
        if tag not in VOID and self._stack:
            self._hiding -= self._stack.pop()

    def handle_data(self, data):
        if not self._hiding and LETTER.search(data):
            self.texts.append(data)


def english_in(html):
    # Codes of channels and categories are data.
    html = re.sub(r'<td class="field-code.*?</td>', "", html, flags=re.S)
    reader = VisibleWords()
    reader.feed(html)
    words = set()
    for text in reader.texts:
        # Codes, numbers and user names of the test city are data, not words of the page.
        text = CODES.sub(" ", text)
        text = re.sub(r"\b\S*\d\S*|\S+@\S+|https?://\S+", " ", text)
        words |= set(re.findall(r"[A-Za-z]{2,}", text))
    return words - ALLOWED


def test_the_reader_sees_text_and_spoken_attributes_only():
    page = (
        '<p title="Close">已登记 Save<script>var no</script><i class="material-symbols-outlined">home</i></p>'
    )
    assert english_in(page) == {"Close", "Save"}


def desk_pages(city):
    """Every list, and of each its newest row, its add form and its filters' first choice, as far as the role may."""
    pages = [reverse("admin:index")]
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages += [reverse(f"{base}_changelist"), reverse(f"{base}_changelist") + "?q=无此内容"]
        pages.append(reverse(f"{base}_add"))
        rows = model._default_manager.all()
        row = rows.filter(actor=city.organizer).first() if model is Event else rows.order_by("-pk").first()
        if row:
            pages.append(reverse(f"{base}_change", args=[row.pk]))
    for name in ("reply", "withdraw", "register"):
        pages += [reverse("admin:petitions_petition_step", args=[matter.pk, name]) for matter in city.matters]
    pages.append(reverse("admin:petitions_petition_unmask", args=[city.matters[0].pk]))
    pages += [
        reverse("admin:representatives_mandate_step", args=[city.mandate.pk, verb])
        for verb in ("suspend", "stop", "end", "restore")
    ]
    pages.append(reverse("admin:representatives_person_phone", args=[city.mandate.person_id]))
    pages.append(reverse("admin:workdays_notice"))
    pages += [reverse("admin:representatives_group_board"), reverse("admin:studios_grouping")]
    pages.append(reverse("admin:representatives_group_officers", args=[city.group.pk]))
    pages += pages_of_receptions(city)
    return pages


def pages_of_receptions(city):
    """Of a day in each state, its seats, its board and month, the rule of its venue, and the reports."""
    day = "admin:studios_receptionday_"
    month = timezone.localdate()
    pages = [reverse(f"{day}board", args=[city.studio.pk, month]), reverse(f"{day}month", args=[month])]
    for one in city.days:
        pages.append(reverse(f"{day}change", args=[one.pk]))
        pages += [reverse(f"{day}{name}", args=[one.pk]) for name in ("seat", "screen")]
        pages += [
            reverse(f"{day}step", args=[one.pk, verb]) for verb in ("close", "miss", "postpone", "reopen")
        ]
    duty = city.days[0].duties.first()
    pages.append(reverse(f"{day}unseat", args=[city.days[0].pk, duty.pk]))
    pages.append(reverse("admin:studios_duty_step", args=[duty.pk, "ask_leave"]))
    pages += [
        reverse(f"admin:studios_studio_{name}", args=[city.studio.pk]) for name in ("rule", "documents")
    ]
    item = ChecklistItem.objects.first()
    pages.append(reverse("admin:studios_studio_item", args=[city.studio.pk, item.pk]))
    pages.append(reverse("admin:studios_compliance", args=[month]))
    pages += [reverse(f"admin:studios_{name}") for name in ("coverage", "studiotarget_gaps")]
    return pages


@pytest.fixture
def busy_city(city):
    ChecklistItem.objects.create(code="you-1", name="有场所", description="牌子、桌椅、公示栏")
    city.days = [
        make_day(city.studio, days=days, status=status, sitters=[city.mandate])
        for days, status in [(5, "planned"), (0, "published"), (-3, "held"), (-6, "missed")]
    ]
    city.matters = [make_petition(city, status=status) for status in ("received", "handling", "archived")]
    return city


def english_for(user, city):
    """({address: its English words}, how many pages she can open)"""
    visitor, found, seen = Visitor(), {}, 0
    visitor.force_login(user)
    for address in desk_pages(city):
        response = visitor.get(address)
        if response.status_code in (302, 403, 404):
            continue
        seen += 1
        if words := english_in(response.content.decode()):
            found[address] = words
    return found, seen


@pytest.mark.parametrize("role", Role.staff_roles())
def test_no_page_of_the_desk_speaks_english(role, busy_city):
    found, seen = english_for(busy_city.user(role), busy_city)
    assert found == {}
    assert seen >= 3


def test_no_page_of_the_city_speaks_english(busy_city):
    found, seen = english_for(make_user(Role.ORGANIZER, busy_city.root, name="市组工"), busy_city)
    assert found == {}
    assert seen >= 40


@pytest.mark.parametrize("name", ["account_login", "account_change_password", "mfa_index", "account_logout"])
def test_the_sign_in_pages_speak_chinese(name, city, at_desk, client):
    visitor = client if name == "account_login" else at_desk(city.organizer)
    assert english_in(visitor.get(reverse(name)).content.decode()) == set()


def test_faults_at_the_fields_are_chinese(city, at_desk):
    client = at_desk(city.organizer)
    for model in ("accounts_user", "accounts_organization", "studios_studio", "representatives_group"):
        address = reverse(f"admin:{model}_add")
        blank = dict.fromkeys(MANAGEMENT, 0)
        page = client.post(address, blank)
        assert page.status_code in (200, 400), address
        assert english_in(page.content.decode()) == set(), address
