import os
import shutil
from pathlib import Path

import pytest

# Playwright's synchronous API keeps an event loop in this thread; the ORM calls between its steps are ours alone.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
"""The reflow criterion of WCAG: a phone read at double size."""
DESK = {"width": 1280, "height": 800}
PASSWORD = "liaison-pass-1"
CHECKS = (Path(__file__).parent / "checks.js").read_text()


@pytest.fixture(scope="session")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def city(transactional_db):
    """The small city, committed, so that the live server sees it."""
    from tests.factories import make_city

    return make_city()


class Visitor:
    """A person at a browser. Whatever the console complains about is kept and fails the test at its end."""

    def __init__(self, browser, address, viewport):
        self.address = address
        self.context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")
        self.complaints = []
        self.expected = []
        self.page = self.open_page()

    def open_page(self):
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        return page

    def _listen(self, message):
        if message.type in ("error", "warning") and not any(words in message.text for words in self.expected):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def go(self, path):
        self.page.goto(f"{self.address}{path}")
        return self.page

    def sign_in(self, user, *, password=PASSWORD):
        self.go("/accounts/login/")
        self.page.get_by_label("用户名").fill(user.username)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)

    def faults(self):
        """What checks.js finds wrong with the page as it stands: a list of sentences, empty when all is well."""
        return self.page.evaluate(CHECKS)


@pytest.fixture
def visitor(chromium, live_server, city):
    visitors = []

    def arrive(viewport=PHONE):
        visitors.append(Visitor(chromium, live_server.url, viewport))
        return visitors[-1]

    yield arrive
    for one in visitors:
        one.context.close()
    assert [complaint for one in visitors for complaint in one.complaints] == []
