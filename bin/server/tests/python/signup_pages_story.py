"""Signing up where an address has to be proved first, in a browser."""

from mailbox import mailed_link
from pages import PASSWORD, browsing, call, did, log_in, press, sees

ADA, EVE = "ada@example.com", "eve@example.com"
NEW = "Another-Horse-8-Battery"


def sign_up(address):
    answer = call("POST", "/v1/auth/signup", {"email": address, "password": PASSWORD})
    assert "access_token" not in answer, answer
    return mailed_link(address, "verify-email")


def own(browsing):
    mailed = sign_up(ADA)
    call("POST", "/v1/auth/token", {"email": ADA, "password": PASSWORD}, status=401)
    with browsing.page() as page:
        page.goto(mailed)
        sees(page, "Enter the password that you signed up with")
        call("POST", "/v1/auth/token", {"email": ADA, "password": PASSWORD}, status=401)
        page.get_by_label("Password", exact=True).fill(NEW)
        press(page, "Confirm")
        sees(page, "That is not the password")
        browsing.refused(401)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        press(page, "Confirm")
        sees(page, "Your address is confirmed")
    log_in(ADA)
    did("an account is there once its link was followed and its password given")


def planted(browsing):
    mailed = sign_up(EVE)
    with browsing.page() as page:
        page.goto(mailed)
        press(page, "somebody else signed up")
        page.get_by_label("New password").fill(NEW)
        press(page, "Take it over")
        sees(page, "Your address is confirmed", "belongs to the organization")
        browsing.shot(page, "taken-over")
    call("POST", "/v1/auth/token", {"email": EVE, "password": PASSWORD}, status=401)
    log_in(EVE, NEW)
    did("who did not sign up takes the account with a password that nobody else knows")


def main():
    with browsing() as browser:
        own(browser)
        planted(browser)
    print("signup pages: the story is complete")


main()
