"""A day with the official Python client, unchanged, against a server that runs: client_story.py BASE_URL

Every call goes through the client; where something is not as it should be, an assertion ends the story.
Prints what it did, a line per step. Run on a fresh store.
"""

import threading
import uuid
from datetime import datetime, timedelta, timezone

from oneclaw import create_client

from story import BASE_URL, PASSWORD, claims, client, data, did, moment, refused, token_of

EMAIL = "ada@example.com"
NEW_PASSWORD = "Correct-Horse-8-Battery"


def signs_up():
    ada = client()
    answer = data(ada.auth.signup("  Ada@Example.COM ", PASSWORD, "Ada Lovelace"))
    assert answer["email"] == EMAIL and answer["message"], answer
    assert answer["access_token"] and answer["token_type"] == "Bearer", answer
    # The client keeps no token from a signup.
    refused(ada.auth.me(), 401, "auth_error")
    refused(ada.auth.signup(EMAIL, PASSWORD), 409, "unknown")
    refused(ada.auth.signup("bob@example.com", "short"), 400, "validation_error", "password")
    did("signed up; a second time, and with a weak password, is refused")


def logs_in():
    ada = client()
    wrong = refused(ada.auth.login(EMAIL, "Wrong-Horse-7-Battery"), 401, "auth_error")
    unknown = refused(ada.auth.login("eve@example.com", PASSWORD), 401, "auth_error")
    assert wrong == unknown == "Invalid credentials", (wrong, unknown)
    answer = data(ada.auth.login(EMAIL, PASSWORD))
    assert answer["mfa_required"] is False and answer["expires_in"] == 900, answer
    me = data(ada.auth.me())
    assert (me["email"], me["display_name"], me["role"]) == (EMAIL, "Ada Lovelace", "owner"), me
    assert me["auth_method"] == "password" and me["totp_enabled"] is False, me
    claimed = claims(token_of(ada))
    assert claimed["sub"] == f"user:{me['id']}" and claimed["org"] == me["org_id"], claimed
    did("logged in, and is who she is")
    return ada


def changes_the_password(ada):
    other = client()
    data(other.auth.login(EMAIL, PASSWORD))
    refused(ada.auth.change_password("Wrong-Horse-7-Battery", NEW_PASSWORD), 401, "auth_error")
    refused(ada.auth.change_password(PASSWORD, "weak"), 400, "validation_error", "new_password")
    assert data(ada.auth.change_password(PASSWORD, NEW_PASSWORD))["message"] == "Password changed successfully"
    data(ada.auth.me())
    refused(other.auth.me(), 401, "auth_error", "Token has been revoked")
    refused(client().auth.login(EMAIL, PASSWORD), 401, "auth_error")
    data(client().auth.login(EMAIL, NEW_PASSWORD))
    did("changed the password: the other session ended, this one goes on")


def refreshes_and_revokes():
    ada = client()
    data(ada.auth.login(EMAIL, NEW_PASSWORD))
    first = token_of(ada)
    assert data(ada.auth.refresh())["expires_in"] > 0
    assert token_of(ada) != first
    data(ada.auth.me())
    data(ada.auth.revoke_token(), 204)
    refused(ada.auth.me(), 401, "auth_error", "Token has been revoked")
    refused(ada.auth.refresh(), 401, "auth_error")
    refused(client(token="not.a.token").auth.me(), 401, "auth_error")
    refused(client().auth.refresh(), 400, "validation_error")
    did("refreshed the token, and revoked it")


def uses_an_api_key(ada, vault):
    soon = (datetime.now(timezone.utc) + timedelta(days=1)).isoformat()
    made = data(ada.api_keys.create("deploy", expires_at=soon), 201)
    key, kept = made["api_key"], made["key"]
    assert key.startswith("1ck_") and len(key) == 47, "a key's form"
    assert kept["key_prefix"] == key[:12] and kept["scopes"] == [] and kept["is_active"] is True, kept
    assert moment(kept["expires_at"]) > datetime.now(timezone.utc), kept
    # The client exchanges the key where it is made.
    robot = client(api_key=key)
    assert token_of(robot).count(".") == 2
    assert data(robot.auth.me())["email"] == EMAIL
    assert data(robot.vaults.get(vault))["id"] == vault
    assert data(client().auth.api_key_token(key))["expires_in"] == 3600
    listed = data(ada.api_keys.list())["keys"]
    assert [entry["id"] for entry in listed] == [kept["id"]], listed
    assert listed[0]["last_used_at"] is not None and "api_key" not in listed[0], listed
    limited = data(ada.api_keys.create("reader", scopes=["secrets:read"]), 201)
    reader = client(api_key=limited["api_key"])
    data(reader.secrets.list(vault))
    refused(reader.secrets.set(vault, "no", "no"), 403, "auth_error")
    refused(reader.api_keys.create("more"), 403, "auth_error")
    data(ada.api_keys.delete(kept["id"]), 204)
    refused(robot.auth.me(), 401, "auth_error", "Token has been revoked")
    refused(client().auth.api_key_token(key), 401, "auth_error", "Invalid API key")
    refused(ada.api_keys.delete(kept["id"]), 404, "not_found")
    refused(ada.api_keys.create(""), 400, "validation_error", "name")
    refused(ada.api_keys.create("late", expires_at="2001-01-01T00:00:00Z"), 400, "validation_error", "expires_at")
    data(ada.api_keys.delete(limited["key"]["id"]), 204)
    assert data(ada.api_keys.list())["keys"] == []
    did("made, used, limited and revoked API keys")


def keeps_vaults(ada):
    vault = data(ada.vaults.create("production", "what runs"), 201)
    assert (vault["name"], vault["description"]) == ("production", "what runs"), vault
    me = data(ada.auth.me())
    assert vault["created_by"] == me["id"] and vault["created_by_type"] == "user", vault
    assert vault["cmek_enabled"] is False and vault["cmek_fingerprint"] is None, vault
    assert data(ada.vaults.get(vault["id"])) == vault
    spare = data(ada.vaults.create("spare"), 201)
    assert [v["id"] for v in data(ada.vaults.list())["vaults"]] == [vault["id"], spare["id"]]
    data(ada.vaults.delete(spare["id"]), 204)
    refused(ada.vaults.get(spare["id"]), 404, "not_found")
    refused(ada.vaults.delete(spare["id"]), 404, "not_found")
    refused(ada.vaults.get(str(uuid.uuid4())), 404, "not_found")
    refused(ada.vaults.get("no-uuid"), 404, "not_found")
    refused(ada.vaults.create(""), 400, "validation_error", "name")
    refused(ada.vaults.create("__mine"), 400, "validation_error", "name")
    refused(ada.vaults.create("mpc", mpc_custody="2of3"), 400, "validation_error", "MPC custody is not supported")
    refused(client().vaults.list(), 401, "auth_error")
    did("made, listed, read and deleted vaults")
    return vault["id"]


def keeps_secrets(ada, vault):
    value = "p\u00e4ss \u2713 \"quoted\"\nline two\t\u0000 end"
    made = data(ada.secrets.set(vault, "db/password", value, type="password", metadata={"owner": "ops", "n": [1, None]}), 201)
    assert (made["path"], made["type"], made["version"]) == ("db/password", "password", 1), made
    assert made["metadata"] == {"owner": "ops", "n": [1, None]} and made["expires_at"] is None, made
    assert "value" not in made, "a write shows no value"
    read = data(ada.secrets.get(vault, "db/password"))
    assert read["value"] == value and read["version"] == 1 and read["id"] == made["id"], "what was put comes back"
    assert read["created_by"] == f"user:{data(ada.auth.me())['id']}" and read["cmek_encrypted"] is False
    again = data(ada.secrets.rotate(vault, "db/password", "second", type="password"), 201)
    assert (again["version"], again["id"], again["metadata"]) == (2, made["id"], {}), again
    assert data(ada.secrets.get(vault, "db/password"))["value"] == "second"
    assert data(ada.secrets.get(vault, "db%2Fpassword"))["value"] == "second"
    data(ada.secrets.set(vault, "db/user", "postgres"), 201)
    data(ada.secrets.set(vault, "DB/user", "other"), 201)
    data(ada.secrets.set(vault, "web.key", "x", rotation_policy={"days": 30}), 201)
    listed = data(ada.secrets.list(vault))["secrets"]
    assert [s["path"] for s in listed] == ["DB/user", "db/password", "db/user", "web.key"], listed
    assert all("value" not in s for s in listed), "a list shows no value"
    assert [s["path"] for s in data(ada.secrets.list(vault, prefix="db/"))["secrets"]] == ["db/password", "db/user"]
    assert data(ada.secrets.list(vault, prefix="nothing"))["secrets"] == []
    refused(ada.secrets.get(vault, "db/none"), 404, "not_found")
    refused(ada.secrets.get(str(uuid.uuid4()), "db/user"), 404, "not_found")
    for path in ("a//b", "a/", "a b", "a%252Fb", "a%00b", "x" * 513):
        refused(ada.secrets.set(vault, path, "x"), 400, "validation_error", "path")
    refused(ada.secrets.set(vault, "empty", ""), 400, "validation_error", "value")
    mebibyte = 1024 * 1024
    refused(ada.secrets.set(vault, "large", "x" * (mebibyte + 1)), 400, "validation_error", "value")
    refused(ada.secrets.set(vault, "huge", "x" * (2 * mebibyte)), 413, "unknown")
    refused(ada.secrets.set(vault, "typed", "x", type="No Such"), 400, "validation_error", "type")
    refused(ada.secrets.set(vault, "count", "x", max_access_count=0), 400, "validation_error", "max_access_count")
    refused(ada.secrets.set(vault, "when", "x", expires_at="soon"), 400, "validation_error", "expires_at")
    assert len(data(ada.secrets.list(vault))["secrets"]) == 4, "what was refused is not kept"
    did("put, read and listed secrets; bad input was refused, field by field")


def lets_the_server_rotate(ada, vault):
    data(ada.secrets.set(vault, "token", "first", type="api_key", metadata={"for": "ci"}), 201)
    made = data(ada.secrets.rotate_generate(vault, "token"), 201)
    assert (made["version"], made["type"], made["metadata"]) == (2, "api_key", {"for": "ci"}), made
    value = data(ada.secrets.get(vault, "token"))["value"]
    assert len(value) == 32 and set(value) <= set("0123456789abcdef"), "hex is the default"
    data(ada.secrets.rotate_generate(vault, "token", length=64, charset="alphanumeric", type="password"), 201)
    read = data(ada.secrets.get(vault, "token"))
    assert len(read["value"]) == 64 and read["value"].isalnum() and read["type"] == "password"
    refused(ada.secrets.rotate_generate(vault, "token", length=7), 400, "validation_error", "length")
    refused(ada.secrets.rotate_generate(vault, "token", charset="emoji"), 400, "validation_error", "charset")
    refused(ada.secrets.rotate_generate(vault, "absent"), 404, "not_found")
    did("let the server make values")


def looks_at_versions(ada, vault):
    versions = data(ada.secrets.list_versions(vault, "db/password"))["versions"]
    assert [v["version"] for v in versions] == [2, 1], versions
    assert all("value" not in v for v in versions), "a list shows no value"
    assert data(ada.secrets.get_version(vault, "db/password", 2))["value"] == "second"
    assert data(ada.secrets.get_version(vault, "db/password", 1))["metadata"]["owner"] == "ops"
    refused(ada.secrets.get_version(vault, "db/password", 3), 404, "not_found")
    for _ in range(2):
        data(ada.secrets.disable_version(vault, "db/password", 1), 204)
    refused(ada.secrets.get_version(vault, "db/password", 1), 410, "unknown")
    assert data(ada.secrets.get(vault, "db/password"))["value"] == "second"
    data(ada.secrets.disable_version(vault, "db/password", 2), 204)
    refused(ada.secrets.get(vault, "db/password"), 410, "unknown")
    versions = data(ada.secrets.list_versions(vault, "db/password"))["versions"]
    assert [v["is_disabled"] for v in versions] == [True, True], versions
    refused(ada.secrets.disable_version(vault, "db/password", 9), 404, "not_found")
    refused(ada.secrets.list_versions(vault, "absent"), 404, "not_found")
    assert data(ada.secrets.set(vault, "db/password", "third"), 201)["version"] == 3
    assert data(ada.secrets.get(vault, "db/password"))["value"] == "third"
    did("looked at versions, and disabled two")


def deletes(ada, vault):
    data(ada.secrets.delete(vault, "db/user"), 204)
    refused(ada.secrets.get(vault, "db/user"), 410, "unknown")
    refused(ada.secrets.list_versions(vault, "db/user"), 410, "unknown")
    refused(ada.secrets.delete(vault, "db/user"), 404, "not_found")
    refused(ada.secrets.delete(vault, "never"), 404, "not_found")
    assert "db/user" not in [s["path"] for s in data(ada.secrets.list(vault))["secrets"]]
    assert data(ada.secrets.set(vault, "db/user", "again"), 201)["version"] == 2
    refused(ada.secrets.get_version(vault, "db/user", 1), 410, "unknown")
    assert data(ada.secrets.get(vault, "db/user"))["value"] == "again"
    did("deleted a secret, and wrote it again")


def expires(ada, vault):
    later = datetime.now(timezone.utc) + timedelta(hours=1)
    data(ada.secrets.set(vault, "timed", "x", expires_at=later.isoformat()), 201)
    read = data(ada.secrets.get(vault, "timed"))
    assert abs(moment(read["expires_at"]) - later) < timedelta(milliseconds=2), read["expires_at"]
    data(ada.secrets.set(vault, "timed", "y", expires_at="2001-02-03T04:05:06+02:00"), 201)
    refused(ada.secrets.get(vault, "timed"), 410, "unknown")
    listed = data(ada.secrets.list(vault, prefix="timed"))["secrets"]
    assert [s["expires_at"] for s in listed] == ["2001-02-03T02:05:06Z"], listed
    did("a secret that expires is readable until then")


def counts(ada, vault):
    data(ada.secrets.set(vault, "counted", "x", max_access_count=7), 201)
    given = []

    def read():
        reader = client(token=token_of(ada))
        given.extend(reader.secrets.get(vault, "counted").meta.status for _ in range(5))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert sorted(given) == [200] * 7 + [410] * 13, given
    refused(ada.secrets.get(vault, "counted"), 410, "unknown")
    refused(ada.secrets.get_version(vault, "counted", 1), 410, "unknown")
    data(ada.secrets.set(vault, "counted", "y", max_access_count=1), 201)
    data(ada.secrets.get(vault, "counted"))
    refused(ada.secrets.get(vault, "counted"), 410, "unknown")
    did("seven reads were allowed: of twenty at once, seven were answered")


def is_elsewhere(ada, vault):
    """The same API is at /api/v1."""
    other = create_client(base_url=BASE_URL + "/api/", token=token_of(ada))
    assert data(other.auth.me())["email"] == EMAIL
    data(other.secrets.set(vault, "from/elsewhere", "x"), 201)
    assert data(ada.secrets.get(vault, "from/elsewhere"))["value"] == "x"
    did("did the same at /api")


def is_apart(ada, vault):
    """Another organization sees nothing of this."""
    bob = client()
    data(bob.auth.signup("bob@example.com", PASSWORD))
    data(bob.auth.login("bob@example.com", PASSWORD))
    assert data(bob.vaults.list())["vaults"] == []
    refused(bob.vaults.get(vault), 404, "not_found")
    for path in ("db/user", "never"):
        refused(bob.secrets.get(vault, path), 404, "not_found")
        refused(bob.secrets.set(vault, path, "mine"), 404, "not_found")
        refused(bob.secrets.delete(vault, path), 404, "not_found")
    assert data(ada.secrets.get(vault, "db/user"))["value"] == "again"
    did("another organization saw nothing of it")


def main():
    signs_up()
    ada = logs_in()
    changes_the_password(ada)
    refreshes_and_revokes()
    vault = keeps_vaults(ada)
    keeps_secrets(ada, vault)
    lets_the_server_rotate(ada, vault)
    looks_at_versions(ada, vault)
    deletes(ada, vault)
    expires(ada, vault)
    counts(ada, vault)
    uses_an_api_key(ada, vault)
    is_elsewhere(ada, vault)
    is_apart(ada, vault)
    data(ada.vaults.delete(vault), 204)
    refused(ada.secrets.get(vault, "db/user"), 404, "not_found")
    assert data(ada.vaults.list())["vaults"] == []
    did("deleted the vault: the story is complete")


if __name__ == "__main__":
    main()
