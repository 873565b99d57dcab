"""The pages about accounts, devices and agents, in a browser: opening them does nothing, their buttons do what they say."""

import time

from authenticator import code
from mailbox import mailed_link
from pages import BASE, PASSWORD, browsing, call, did, enter, log_in, press, sees

ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@example.com"
NEW = "Another-Horse-8-Battery"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
MARKUP = "<img src=x onerror=alert(1)>"


def sign_up(address):
    call("POST", "/v1/auth/signup", {"email": address, "password": PASSWORD})
    return log_in(address)


def profile(token):
    return call("GET", "/v1/auth/me", token=token)


def opened(page, url, text):
    """Opens a mailed link: what it holds leaves the address at once."""
    page.goto(url)
    sees(page, text)
    assert "?" not in page.url and page.evaluate("document.referrer") == "", page.url


def verifying(browsing):
    token = sign_up(ADA)
    mailed = mailed_link(ADA, "verify-email")
    with browsing.page() as page:
        opened(page, mailed, "Enter the password that you signed up with")
        browsing.shot(page, "verify-email")
        assert not profile(token)["email_verified"], "opening proves nothing"
        page.get_by_label("Password", exact=True).fill(NEW)
        press(page, "Confirm")
        sees(page, "That is not the password")
        browsing.refused(401)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        press(page, "Confirm")
        sees(page, "Your address is confirmed")
        browsing.shot(page, "verified")
        assert profile(token)["email_verified"], "and what was made before lives"
        opened(page, mailed, "Enter the password")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        press(page, "Confirm")
        sees(page, "This link does not work any more")
        browsing.shot(page, "verify-email-spent")
        browsing.refused(400)
        page.goto(f"{BASE}/verify-email")
        sees(page, "This link is not complete")
    did("AUTH-12: an address is confirmed by the button, once")


def taking_over(browsing):
    planted = sign_up(EVE)
    with browsing.page() as page:
        opened(page, mailed_link(EVE, "verify-email"), "Enter the password")
        press(page, "somebody else signed up")
        sees(page, "Somebody else made this account")
        browsing.shot(page, "takeover")
        assert not profile(planted)["email_verified"]
        page.get_by_label("New password").fill("all-lower-case-letters")
        press(page, "Take it over")
        sees(page, "must")
        browsing.refused(400)
        page.get_by_label("New password").fill(NEW)
        press(page, "Take it over")
        sees(page, "You can log in")
        call("GET", "/v1/auth/me", token=planted, status=401)
    call("POST", "/v1/auth/token", {"email": EVE, "password": PASSWORD}, status=401)
    log_in(EVE, NEW)
    did("AUTH-15: an account that somebody else made is taken over, with nothing left of what they know")


def resetting(browsing):
    before = log_in(ADA)
    call("POST", "/v1/auth/forgot-password", {"email": ADA})
    mailed = mailed_link(ADA, "reset-password")
    with browsing.page() as page:
        opened(page, mailed, "New password")
        browsing.shot(page, "reset-password")
        profile(before)
        page.get_by_label("New password").fill("all-lower-case-letters")
        press(page, "Set the password")
        sees(page, "must")
        browsing.refused(400)
        page.get_by_label("New password").fill(NEW)
        page.get_by_label("Show the password").check()
        assert page.get_by_label("New password").get_attribute("type") == "text"
        press(page, "Set the password")
        sees(page, "Your password is set")
        browsing.shot(page, "reset")
        assert NEW not in page.content()
        call("GET", "/v1/auth/me", token=before, status=401)
        log_in(ADA, NEW)
        opened(page, mailed, "New password")
        page.get_by_label("New password").fill(PASSWORD)
        press(page, "Set the password")
        sees(page, "This link does not work any more")
        browsing.refused(400)
    did("AUTH-12: a password is set by the button, once, and the old logins end")


def with_second_factor():
    """Switches Ada's second factor on; gives its secret and a recovery code."""
    token = log_in(ADA, NEW)
    secret = call("POST", "/v1/auth/mfa/setup", token=token)["secret"]
    body = {"code": code(secret, -1)}
    recovery = call("POST", "/v1/auth/mfa/verify-setup", body, token)["recovery_codes"]
    return secret, recovery


def ask_device(client="cli"):
    return call("POST", "/v1/auth/device/code", {"client_id": client})


def state(asked):
    return call("GET", f"/v1/auth/device/code/{asked['user_code']}")["status"]


def poll(asked):
    body = {"device_code": asked["device_code"], "grant_type": GRANT}
    return call("POST", "/v1/auth/device/token", body)


def devices(browsing):
    secret, recovery = with_second_factor()
    asked = ask_device(f"cli {MARKUP}")
    with browsing.page() as page:
        url = f"{BASE}/cli/verify?code={asked['user_code']}"
        opened(page, url, "A device asks to be logged in as you")
        browsing.shot(page, "device-login")
        enter(page, ADA, PASSWORD)
        sees(page, "Invalid credentials")
        browsing.refused(401)
        enter(page, ADA, NEW)
        sees(page, "Code from your authenticator app")
        browsing.shot(page, "second-factor")
        page.get_by_label("Code from your authenticator app").fill("000000")
        press(page, "Continue")
        sees(page, "That code is wrong")
        browsing.refused(401)
        page.get_by_label("Code from your authenticator app").fill(code(secret))
        press(page, "Continue")
        sees(page, "Does your device show this code?", asked["user_code"], f"cli {MARKUP}", "127.0.0.1", "Approving logs that")
        browsing.shot(page, "device")
        assert state(asked) == "pending"
        press(page, "Approve")
        sees(page, "The device is logged in")
        browsing.shot(page, "device-approved")
    got = poll(asked)
    assert got["email"] == ADA and profile(got["access_token"])["email"] == ADA
    did("DEV-03: a device is approved by who logs in with both factors, and by the button alone")

    asked = ask_device()
    with browsing.page() as page:
        opened(page, f"{BASE}/cli/verify?next=//evil.test&error=%3Cb%3E", "A device asks")
        enter(page, ADA, NEW)
        page.get_by_label("Code from your authenticator app").fill(recovery[0])
        press(page, "Continue")
        page.get_by_label("Code that your device shows").fill("BCDF-BCDF")
        press(page, "Continue")
        sees(page, "No device waits with this code")
        browsing.shot(page, "device-unknown")
        browsing.refused(404)
        press(page, "Enter another code")
        page.get_by_label("Code that your device shows").fill(asked["user_code"].lower().replace("-", ""))
        press(page, "Continue")
        sees(page, "Does your device show this code?")
        press(page, "Deny")
        sees(page, "Denied")
        browsing.shot(page, "device-denied")
    assert poll(asked)["error"] == "access_denied"
    did("a device is denied, by a code that was typed and a login with a recovery code")


def agents(browsing):
    token = sign_up(BOB)
    body = {"name": f"builder {MARKUP}", "description": MARKUP, "human_email": BOB}
    call("POST", "/v1/agents/enroll", body, status=201)
    url = mailed_link(BOB, "enroll")
    with browsing.page(permissions=["clipboard-read", "clipboard-write"]) as page:
        opened(page, url, "Log in to see who asks")
        enter(page, BOB)
        sees(page, f"builder {MARKUP}", "It becomes an agent of your organization")
        browsing.shot(page, "agent")
        assert call("GET", "/v1/agents", token=token)["agents"] == []
        press(page, "Approve")
        sees(page, "The agent is registered", "Its API key")
        browsing.shot(page, "agent-approved")
        press(page, "Copy")
        sees(page, "Copied.")
        key = page.evaluate("navigator.clipboard.readText()")
        call("POST", "/v1/auth/agent-token", {"api_key": key})
        opened(page, url, "Log in to see who asks")
        enter(page, BOB)
        sees(page, "This request was decided already.")
        browsing.refused(409)
    did("an agent is registered by the button, and its key copied")


def invitations(browsing):
    owner = log_in(BOB)
    answer = call("POST", "/v1/org/invite", {"email": "dan@example.com"}, owner)
    url = answer.get("invite_url") or mailed_link("dan@example.com", "accept-invite")
    with browsing.page() as page:
        opened(page, url, "You were invited into an organization")
        browsing.shot(page, "invited")
        page.get_by_label("E-mail address that was invited").fill("dan@example.com")
        page.get_by_label("Your name").fill(f"Dan {MARKUP}")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        press(page, "Join")
        sees(page, "You have joined the organization", "dan@example.com")
        browsing.shot(page, "joined")
    org = profile(log_in("dan@example.com"))["org_id"]
    assert org == profile(owner)["org_id"]
    did("an invitation is accepted by the button")


def main():
    with browsing() as browser:
        for part in (verifying, taking_over, resetting, devices, agents, invitations):
            begin = time.monotonic()
            part(browser)
            print(f"  {part.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
    print("account pages: the story is complete")


main()
