"""The page behind a share's link, in a browser: what people see, and what nobody gets."""

import threading
import time
import urllib.request
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mailbox import mailed_link
from pages import BASE, PASSWORD, browsing, call, did, enter, eventually, log_in, press, sees

# What would run, or load something, if it were ever read as markup.
MARKUP = "<script>alert(1)</script>\"><img src=x onerror=alert(2)></script><a href='javascript:alert(3)'>x</a>"
VALUE = f"first line \u00e9\n{MARKUP}\n  last line, with blanks  "
OWNER, FRIEND, STRANGER = "ada@example.com", "bob@example.com", "eve@example.com"
OPEN, REVEAL = "Open", "Reveal"


class Owner:
    """Who shares."""

    def __init__(self):
        call("POST", "/v1/auth/signup", {"email": OWNER, "password": PASSWORD, "display_name": f"Ada {MARKUP}"[:100]})
        self.token = log_in(OWNER)
        self.vault = self.call("POST", "/v1/vaults", {"name": "prod"}, 201)["id"]
        self.secret = self.keep("db/password")

    def call(self, method, path, body=None, status=200):
        return call(method, path, body, self.token, status)

    def keep(self, path, kind="password"):
        body = {"value": VALUE, "type": kind}
        return self.call("PUT", f"/v1/vaults/{self.vault}/secrets/{path}", body, 201)["id"]

    def share(self, secret=None, **how):
        how.setdefault("recipient_type", "anyone_with_link")
        return self.call("POST", f"/v1/secrets/{secret or self.secret}/share", how, 201)

    def count(self, share):
        shares = self.call("GET", "/v1/shares/outbound")["shares"]
        return next(each["access_count"] for each in shares if each["id"] == share["id"])


def value(page):
    return page.locator("#value").text_content()


def nowhere(page):
    """The value is in nothing that outlives the page, and in nothing that it shows."""
    kept = page.evaluate(
        "[document.title, location.href, document.referrer, document.cookie, JSON.stringify(history.state),"
        " JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}), window.name,"
        " document.documentElement.outerHTML].join('\\n')"
    )
    assert "first line" not in kept and "last line" not in kept, kept


def once(owner, browsing):
    share = owner.share(max_access_count=1)
    with browsing.page() as page:
        asked = []
        page.on("request", lambda request: asked.append(request.method))
        page.goto(share["share_url"])
        sees(page, "Nothing is shown yet")
        browsing.shot(page, "closed")
        assert set(asked) == {"GET"}, asked
        press(page, OPEN)
        sees(page, "db/password", "This is the last time")
        browsing.shot(page, "offer")
        assert owner.count(share) == 0
        nowhere(page)
        for hidden in ("Ada", OWNER, owner.vault):
            assert hidden not in page.content(), hidden
        press(page, REVEAL)
        sees(page, "The link is spent now")
        assert value(page) == VALUE
        assert page.locator("#value *").count() == 0, "the value became markup"
        browsing.shot(page, "revealed")
        assert owner.count(share) == 1
    did("a one-time share is revealed by the second button, and counted once")
    with browsing.page() as page:
        page.goto(share["share_url"])
        press(page, OPEN)
        sees(page, "This share is spent", "tell whoever sent you the link")
        browsing.shot(page, "spent")
        nowhere(page)
    assert owner.count(share) == 1
    did("whoever comes later is told that it is spent")


def going_back(owner, browsing):
    share = owner.share(max_access_count=5)
    with browsing.page() as page:
        page.goto(f"{BASE}/reset-password")
        page.goto(share["share_url"])
        press(page, OPEN)
        press(page, REVEAL)
        sees(page, "It can be revealed 4 times more")
        assert value(page) == VALUE
        visited = page.evaluate("history.length")
        page.reload()
        sees(page, "Nothing is shown yet")
        nowhere(page)
        press(page, OPEN)
        press(page, REVEAL)
        sees(page, "It can be revealed 3 times more")
        page.goto(f"{BASE}/reset-password")
        page.go_back()
        sees(page, "Nothing is shown yet")
        nowhere(page)
        press(page, OPEN)
        press(page, REVEAL)
        sees(page, "It can be revealed twice more")
        press(page, "Hide")
        sees(page, "Nothing is shown yet")
        nowhere(page)
        assert visited == page.evaluate("history.length") - 1, "revealing leaves nothing in the history"
    assert owner.count(share) == 3
    did("WEB-03: reloading, going back and hiding leave the value nowhere, and count nothing")


def passphrase(owner, browsing):
    share = owner.share(passphrase="open sesame", max_access_count=2)
    with browsing.page() as page:
        page.goto(share["share_url"])
        press(page, OPEN)
        sees(page, "It asks for a passphrase")
        assert "db/password" not in page.content()
        browsing.shot(page, "passphrase")
        page.get_by_label("Passphrase", exact=True).fill("close sesame")
        press(page, "Go on")
        sees(page, "That passphrase is wrong.")
        browsing.shot(page, "passphrase-wrong")
        page.get_by_label("Passphrase", exact=True).fill("open sesame")
        press(page, "Go on")
        sees(page, "db/password")
        press(page, REVEAL)
        sees(page, "It can be revealed once more")
        assert value(page) == VALUE
        nothing = page.evaluate("location.href + document.documentElement.outerHTML")
        assert "sesame" not in nothing
    assert owner.count(share) == 1
    did("a passphrase is asked for, wrong ones count nothing")


def copying(owner, browsing):
    share = owner.share()
    grants = ["clipboard-read", "clipboard-write"]
    with browsing.page(permissions=grants) as page:
        page.goto(share["share_url"])
        press(page, OPEN)
        sees(page, "any number of times")
        press(page, REVEAL)
        press(page, "Copy")
        sees(page, "Copied.")
        browsing.shot(page, "copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == VALUE, copied
        page.evaluate("navigator.clipboard.writeText('')")
    # Over plain HTTP from elsewhere there is no clipboard for scripts, and a person's way is taken.
    elsewhere = BASE.replace("127.0.0.1", "secrets.test")
    with browsing.page(base=elsewhere) as page:
        page.goto(share["share_url"].replace(BASE, elsewhere))
        assert not page.evaluate("isSecureContext")
        press(page, OPEN)
        press(page, REVEAL)
        press(page, "Copy")
        sees(page, "Copied.")
        page.evaluate("document.body.prepend(document.createElement('textarea'))")
        page.locator("textarea").focus()
        page.keyboard.press("Control+V")
        copied = page.locator("textarea").input_value()
        assert copied == VALUE, copied
    did("one click copies the exact value, with and without TLS")


def ends(owner, browsing):
    soon = datetime.now(timezone.utc) + timedelta(seconds=2)
    expired = owner.share(expires_at=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))
    revoked = owner.share()
    owner.call("DELETE", f"/v1/share/{revoked['id']}", status=204)
    walled = owner.share(ip_allowlist=["203.0.113.7"])
    secret = owner.keep("gone/for-good")
    gone = owner.share(secret)
    owner.call("DELETE", f"/v1/vaults/{owner.vault}/secrets/gone/for-good", status=204)
    eventually(lambda: datetime.now(timezone.utc) > soon)
    unknown = f"{BASE}/share/00000000-0000-4000-8000-000000000000"
    told = {
        "expired": (expired["share_url"], "This share has expired"),
        "revoked": (revoked["share_url"], "There is nothing here"),
        "walled": (walled["share_url"], "Not from where you are"),
        "gone": (gone["share_url"], "The secret is gone", "There is nothing here"),
        "unknown": (unknown, "There is nothing here"),
        "nonsense": (f"{BASE}/share/%3Cb%3E", "There is nothing here"),
    }
    with browsing.page() as page:
        for name, (url, *titles) in told.items():
            page.goto(url)
            press(page, OPEN)
            page.locator("#ended").wait_for()
            assert page.locator("#end").inner_text() in titles, page.locator("#ended").inner_text()
            browsing.shot(page, name)
            for hidden in ("db/password", "gone/for-good", "Ada", OWNER, owner.vault):
                assert hidden not in page.content(), hidden
    did("SHR-13: expired, revoked, walled-off, deleted and unknown shares are told apart plainly, and tell no more")


def while_open(owner, browsing):
    share = owner.share(max_access_count=3)
    with browsing.page() as page:
        page.goto(share["share_url"])
        press(page, OPEN)
        sees(page, "db/password")
        owner.call("DELETE", f"/v1/share/{share['id']}", status=204)
        press(page, REVEAL)
        sees(page, "There is nothing here")
        nowhere(page)
        browsing.refused(404)
    did("SHR-11: a share that is taken back while its page is open reveals nothing")


def named(owner, browsing):
    call("POST", "/v1/auth/signup", {"email": STRANGER, "password": PASSWORD})
    share = owner.share(recipient_type="external_email", email=FRIEND, max_access_count=1)
    mailed = mailed_link(FRIEND, "share/")
    assert mailed == share["share_url"], mailed
    with browsing.page() as page:
        page.goto(mailed)
        press(page, OPEN)
        sees(page, "It is for one account only")
        browsing.shot(page, "login")
        enter(page, STRANGER)
        sees(page, "This is for somebody else")
        browsing.shot(page, "somebody-else")
        press(page, "Log in as somebody else")
        press(page, "make one")
        page.get_by_label("E-mail address that the link was sent to").fill(FRIEND)
        page.get_by_label("Choose a password").fill(PASSWORD)
        browsing.shot(page, "sign-up")
        press(page, "Sign up")
        sees(page, "Look into your mail")
        page.goto(mailed)
        press(page, OPEN)
        enter(page, FRIEND)
        sees(page, "confirm that address first")
    assert owner.count(share) == 0
    with browsing.page() as page:
        page.goto(mailed_link(FRIEND, "verify-email"))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        press(page, "Confirm")
        sees(page, "Your address is confirmed")
        page.goto(mailed)
        press(page, OPEN)
        enter(page, FRIEND)
        sees(page, "Shared by", "Ada <script>")
        browsing.shot(page, "named")
        press(page, REVEAL)
        sees(page, "The link is spent now")
        assert value(page) == VALUE
    assert owner.count(share) == 1
    did("a share for an address is revealed to the account that proved it, and to no other")


class Attacker(BaseHTTPRequestHandler):
    """A site that would like to use whoever looks at it."""

    page = ""

    def do_GET(self):
        body = self.page.encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def used_by_others(owner, browsing):
    share = owner.share(max_access_count=1)
    site = ThreadingHTTPServer(("127.0.0.1", 0), Attacker)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    evil = f"http://localhost:{site.server_port}"
    context = browsing.browser.new_context()
    page = context.new_page()
    for address in (share["share_url"], f"{BASE}/v1/share/{share['id']}", f"{BASE}/cli/verify", f"{BASE}/reset-password"):
        Attacker.page = f'<iframe src="{address}"></iframe>'
        with page.expect_event("requestfailed") as failed:
            page.goto(evil)
        assert failed.value.url == address and "BLOCKED_BY_RESPONSE" in failed.value.failure, failed.value.failure
    for target in (f"/v1/share/{share['id']}", f"/share/{share['id']}"):
        for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
            for field in ("", '<input name="passphrase" value="x">'):
                Attacker.page = f'<form method="post" enctype="{kind}" action="{BASE}{target}">{field}</form>'
                page.goto(evil)
                with page.expect_navigation():
                    page.evaluate("document.forms[0].submit()")
                assert "first line" not in page.content()
        Attacker.page = "<p>scripts</p>"
        page.goto(evil)
        read = f"fetch('{BASE}{target}', {{method: 'POST', HOW}}).then(a => a.text(), () => '')"
        for how in ("", "mode: 'no-cors'", "headers: {'content-type': 'application/json'}, body: '{}'"):
            assert page.evaluate(read.replace("HOW", how)) == ""
    context.close()
    site.shutdown()
    assert owner.count(share) == 0
    did("WEB-02: other sites can neither frame the pages, nor spend a share by who looks at them")


def without(owner, browsing):
    share = owner.share(max_access_count=1)
    with browsing.page(java_script_enabled=False) as page:
        page.goto(share["share_url"])
        assert page.locator("noscript p").is_visible()
        assert page.locator("button:visible").count() == 0
    with browsing.page() as page:
        page.goto(f"{share['share_url']}?next=//evil.test&error=%3Cb%3Eevil&return_to=https://evil.test#%3Cimg%20src=x%3E")
        press(page, OPEN)
        sees(page, "db/password")
        assert "evil" not in page.content()
    for suffix in ("", "?x=1"):
        page = fetched(share["share_url"] + suffix)
        assert page == fetched(f"{BASE}/share/00000000-0000-4000-8000-000000000000")
    assert owner.count(share) == 0
    did("WEB-05: nothing of the address is shown or followed, and the page is the same for every id")


def documents(_, browsing):
    with browsing.page(viewport={"width": 1280, "height": 800}) as page:
        page.goto(f"{BASE}/v1/docs/")
        sees(page, "Look at a share before reading it")
    did("WEB-01: the API's own page works with nothing from elsewhere")


def fetched(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


def main():
    with browsing() as browser:
        owner = Owner()
        for part in (once, going_back, passphrase, copying, ends, while_open, named, used_by_others, without, documents):
            begin = time.monotonic()
            part(owner, browser)
            print(f"  {part.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
    print("share page: the story is complete")


main()
