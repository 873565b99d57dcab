"""Getting in with the official Python client where addresses are proved and second factors asked for: account_story.py BASE_URL MAIL

Every call that the client has a word for goes through it. Prints what it did, a line per step. Run on a fresh store of a
server that proves addresses and writes its mail into the folder MAIL.
"""

import base64
from urllib.parse import parse_qs, unquote, urlsplit

from authenticator import code, wait_for_room, wrong
from mailbox import mailed_link, mailed_token, mails
from newcomer import proved
from story import PASSWORD, client, data, did, moment, refused, token_of

EMAIL = "ada@example.com"
NEW_PASSWORD = "Correct-Horse-8-Battery"
LAST_PASSWORD = "Correct-Horse-9-Battery"


def proves_her_address():
    early = client()
    answer = data(early.auth.signup(EMAIL, PASSWORD, "Ada Lovelace"))
    assert answer["email"] == EMAIL and not answer.get("access_token"), answer
    refused(client().auth.login(EMAIL, PASSWORD), 401, "auth_error", "Invalid credentials")
    first = mailed_link(EMAIL, "verify-email")
    # A second signup tells nothing, and its link is another one.
    again = data(client().auth.signup(EMAIL, NEW_PASSWORD))
    assert again == answer, (again, answer)
    second = mailed_link(EMAIL, "verify-email", [first])
    assert first != second
    verify = {"token": "nonsense", "password": PASSWORD}
    refused(early._http.request("POST", "/v1/auth/verify-email", body=verify, skip_auth=True), 400, "validation_error")
    ada = proved(EMAIL, "Ada Lovelace")
    me = data(ada.auth.me())
    assert (me["email"], me["display_name"], me["role"]) == (EMAIL, "Ada Lovelace", "owner"), me
    assert me["email_verified"] is True and me["totp_enabled"] is False, me
    # One link made the account; those that waited beside it are worth nothing now.
    refused(client().auth.login(EMAIL, NEW_PASSWORD), 401, "auth_error", "Invalid credentials")
    data(client().auth.login(EMAIL, PASSWORD))
    answer = data(client().auth.signup(EMAIL, NEW_PASSWORD))
    assert not answer.get("access_token") and answer["email"] == EMAIL, answer
    did("signed up: the account is there once its address is proved, and nobody learns whose address has one")
    return ada


def sets_up_a_second_factor(ada):
    assert data(ada.auth.mfa_status()) == {"enabled": False}
    refused(ada.auth.mfa_verify_setup("000000"), 400, "validation_error")
    replaced = data(ada.auth.mfa_setup())["secret"]
    setup = data(ada.auth.mfa_setup())
    secret, uri = setup["secret"], urlsplit(setup["otpauth_uri"])
    assert secret != replaced and len(secret) == 32 and len(base64.b32decode(secret)) == 20, "a secret's form"
    told = {name: values[0] for name, values in parse_qs(uri.query).items()}
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp") and unquote(uri.path).endswith(f":{EMAIL}"), uri.path
    assert told["secret"] == secret and told["issuer"], "the same secret"
    assert (told["algorithm"], told["digits"], told["period"]) == ("SHA1", "6", "30")
    refused(ada.auth.mfa_verify_setup(wrong(secret)), 400, "validation_error")
    assert data(ada.auth.mfa_status()) == {"enabled": False}
    # Nothing is asked for until a code was shown.
    assert data(client().auth.login(EMAIL, PASSWORD))["mfa_required"] is False
    wait_for_room()
    used = code(secret, -1)
    codes = data(ada.auth.mfa_verify_setup(used))["recovery_codes"]
    assert len(set(codes)) == 8 and all(len(text) == 11 and text[5] == "-" for text in codes), "recovery codes"
    assert data(ada.auth.mfa_status()) == {"enabled": True}
    assert data(ada.auth.me())["totp_enabled"] is True
    refused(ada.auth.mfa_setup(), 409, "unknown")
    did("set up a second factor")
    return secret, used, codes


def logs_in_with_it(secret, used, codes):
    ada = client()
    challenge = data(ada.auth.login(EMAIL, PASSWORD))
    assert challenge["mfa_required"] is True and challenge["expires_in"] == 300, challenge
    assert challenge["access_token"] == "" and token_of(ada) is None, "no token for half a login"
    refused(client(token=challenge["mfa_token"]).auth.me(), 401, "auth_error")
    refused(client().auth.login(EMAIL, "Wrong-Horse-7-Battery"), 401, "auth_error", "Invalid credentials")
    refused(ada.auth.mfa_verify(challenge["mfa_token"], used), 401, "auth_error")
    refused(ada.auth.mfa_verify(challenge["mfa_token"], wrong(secret)), 401, "auth_error")
    wait_for_room()
    answer = data(ada.auth.mfa_verify(challenge["mfa_token"], code(secret)))
    assert answer["refresh_token"] and token_of(ada) == answer["access_token"], "the client keeps the token"
    assert data(ada.auth.me())["email"] == EMAIL
    # A challenge, a code and a recovery code are good for one login each.
    refused(client().auth.mfa_verify(challenge["mfa_token"], codes[0]), 401, "auth_error")
    with_recovery = client()
    for expected in (200, 401):
        token = data(client().auth.login(EMAIL, PASSWORD))["mfa_token"]
        response = with_recovery.auth.mfa_verify(token, codes[0].replace("-", "").upper())
        if expected == 200:
            data(response)
        else:
            refused(response, 401, "auth_error")
    data(with_recovery.auth.me())
    did("logged in with a code, and with a recovery code; none of them twice")
    return ada


def refreshes_and_ends(ada):
    first = token_of(ada)
    data(ada.auth.refresh())
    assert token_of(ada) != first
    data(ada.auth.me())
    data(ada.auth.revoke_token(), 204)
    refused(ada.auth.me(), 401, "auth_error", "Token has been revoked")
    refused(ada.auth.refresh(), 401, "auth_error")
    did("refreshed the token, and revoked it")


def turns_it_off(ada, secret, codes):
    """`ada` proved a second factor or came before there was one; a password alone never turns it off."""
    for given in ({"password": PASSWORD}, {}):
        refused(ada.auth.mfa_disable(**given), 400, "validation_error", "A TOTP or recovery code is required")
    refused(ada.auth.mfa_disable(code=wrong(secret)), 400, "validation_error")
    assert data(ada.auth.mfa_status()) == {"enabled": True}
    wait_for_room()
    data(ada.auth.mfa_disable(code=code(secret, 1)), 204)
    assert data(ada.auth.mfa_status()) == {"enabled": False}
    refused(ada.auth.mfa_disable(code=codes[1]), 400, "validation_error")
    assert data(client().auth.login(EMAIL, PASSWORD))["mfa_required"] is False
    did("turned the second factor off with a code, and not with a password")


def changes_the_password(ada):
    other = client()
    data(other.auth.login(EMAIL, PASSWORD))
    refused(ada.auth.change_password("Wrong-Horse-7-Battery", NEW_PASSWORD), 401, "auth_error")
    assert data(ada.auth.change_password(PASSWORD, NEW_PASSWORD))["message"] == "Password changed successfully"
    data(ada.auth.me())
    refused(other.auth.me(), 401, "auth_error", "Token has been revoked")
    did("changed the password: the other session ended, this one goes on")


def forgets_the_password(ada):
    answers = [data(client().auth.forgot_password(whose)) for whose in (EMAIL, "nobody@example.com")]
    assert answers[0] == answers[1] and answers[0]["status"] == "email_sent", answers
    refused(client().auth.forgot_password("no address"), 400, "validation_error")
    token = mailed_token(EMAIL, "reset-password")
    refused(client().auth.reset_password("nonsense", LAST_PASSWORD), 400, "validation_error")
    # A weak password does not use the link up.
    refused(client().auth.reset_password(token, "weak"), 400, "validation_error", "new_password")
    assert data(client().auth.reset_password(token, LAST_PASSWORD))["message"] == "Password updated"
    refused(client().auth.reset_password(token, PASSWORD), 400, "validation_error")
    refused(ada.auth.me(), 401, "auth_error", "Token has been revoked")
    refused(client().auth.login(EMAIL, NEW_PASSWORD), 401, "auth_error")
    back = client()
    data(back.auth.login(EMAIL, LAST_PASSWORD))
    assert not mails("nobody@example.com")
    did("forgot the password, and set a new one by the link in the mail: every session ended")
    return back


def takes_her_data_along(ada):
    vault = data(ada.vaults.create("production", "what runs"), 201)["id"]
    for value in ("hunter-1", "hunter-2"):
        data(ada.secrets.set(vault, "db/password", value, type="password"), 201)
    agent = data(ada.agents.create("deployer"), 201)["agent"]["id"]
    to = {"principal_type": "agent", "principal_id": agent}
    policy = data(ada.policies.create(vault, **to, secret_path_pattern="db/**"), 201)["id"]
    export = data(ada.auth.export_data())
    me = data(ada.auth.me())
    assert export["export_version"] == "1.0" and moment(export["exported_at"]), export
    assert export["user"] == {key: me[key] for key in ("id", "email", "display_name", "auth_method", "created_at")}
    assert vault in [entry["id"] for entry in export["vaults"]], export
    assert [entry["id"] for entry in export["agents"]] == [agent], export
    (kept,) = [entry for entry in export["secrets_metadata"] if entry["vault_id"] == vault]
    assert (kept["path"], kept["type"], kept["version"]) == ("db/password", "password", 2), kept
    (entry,) = [entry for entry in export["policies"] if entry["id"] == policy]
    assert entry["secret_path_pattern"] == "db/**" and entry["principal_id"] == agent, entry
    assert "hunter" not in str(export), "a value in an export"
    did("took her data along, without any value")


def main():
    ada = proves_her_address()
    secret, used, codes = sets_up_a_second_factor(ada)
    refreshes_and_ends(logs_in_with_it(secret, used, codes))
    turns_it_off(ada, secret, codes)
    changes_the_password(ada)
    takes_her_data_along(forgets_the_password(ada))
    print("getting in: the story is complete")


if __name__ == "__main__":
    main()
