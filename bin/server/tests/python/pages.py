"""What the stories of the pages share: the server's API, and a browser that notes all that it should not do."""

import json
import re
import shutil
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

BASE, SHOTS = sys.argv[1], Path(sys.argv[3])
PASSWORD = "Correct-Horse-7-Battery"
PHONE = {"width": 360, "height": 640}
# Longer than anything here may take, also on a busy machine.
PATIENCE = 60


def did(text):
    print("-", text, flush=True)


def call(method, path, body=None, token=None, status=200):
    """An answer of the API, as a client without a browser gets it."""
    headers = {"content-type": "application/json"} if body is not None else {}
    if token:
        headers["authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            got, text = answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        got, text = refused.code, refused.read()
    assert got == status, (method, path, got, text)
    return json.loads(text) if text else {}


def eventually(look):
    """What `look` gives as soon as it gives anything."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{look} never gave anything")


def log_in(address, password=PASSWORD):
    return call("POST", "/v1/auth/token", {"email": address, "password": password})["access_token"]


class Browsing:
    """A browser in which nothing may go wrong unnoticed."""

    def __init__(self, browser):
        self.browser = browser
        self.noted = []
        self.shots = 0

    @contextmanager
    def page(self, viewport=PHONE, base=BASE, **options):
        """A fresh profile, in which only this server may be asked."""
        context = self.browser.new_context(viewport=viewport, locale="en-US", **options)
        context.set_default_timeout(PATIENCE * 1000)
        context.on("request", lambda request: self._ask(request, base))
        context.on("page", self._watch)
        try:
            yield context.new_page()
            # what the page said until now has arrived when this has
            for page in context.pages:
                page.evaluate("1")
            self.clean()
        finally:
            context.close()

    def _watch(self, page):
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.noted.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.noted.append(f"dialog: {dialog.message}"))

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.noted.append(f"{message.type}: {message.text}")

    def _ask(self, request, base):
        if not request.url.startswith("data:") and origin(request.url) != base:
            self.noted.append(f"another origin: {request.url}")

    def refused(self, *statuses):
        """The browser said that the server refused so, and nothing else."""
        said = [re.search(r"responded with a status of (\d+)", text) for text in self.noted]
        assert all(said) and [int(match.group(1)) for match in said] == list(statuses), self.noted
        self.noted.clear()

    def clean(self):
        assert not self.noted, self.noted

    def shot(self, page, name):
        """What a person sees now, which has to fit a phone."""
        wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= room, (name, wide, room)
        self.shots += 1
        page.screenshot(path=SHOTS / f"{self.shots:02}-{name}.png", full_page=True)


def origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def sees(page, *texts):
    """Each of these comes into sight."""
    for text in texts:
        page.get_by_text(text).locator("visible=true").first.wait_for()


def enter(page, address, password=PASSWORD):
    """Fills the login that a page shows."""
    page.get_by_label("E-mail address", exact=True).fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Log in")


@contextmanager
def browsing():
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    assert program, f"none of {names} is here: scripts/prerequisites test installs it"
    SHOTS.mkdir(parents=True, exist_ok=True)
    # What is looked at is our own, and containers often have no room for the browser's own walls. secrets.test is
    # a name for this machine that browsers do not hold for safe.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP secrets.test 127.0.0.1"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield Browsing(browser)
        browser.close()
