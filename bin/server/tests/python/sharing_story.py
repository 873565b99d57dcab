"""Sharing with the official Python client, unchanged, and vaults under a customer's key: sharing_story.py BASE_URL MAIL

Every call that the client has a word for goes through it. Prints what it did, a line per step. Run on a fresh store of a
server that proves addresses and writes its mail into the folder MAIL.
"""

import time
import uuid
from datetime import datetime, timedelta, timezone

from customer_key import fingerprint, new_key, open_sealed, seal, shown
from mailbox import mailed_link
from newcomer import proved
from story import BASE_URL, client, data, did, moment, refused

PASSPHRASE = "open sesame"


def within(**time):
    return (datetime.now(timezone.utc) + timedelta(**time)).isoformat()


def share_of(response):
    """A share that was made, as all of them look."""
    share = data(response, 201)
    assert share["share_url"] == f"{BASE_URL}/share/{share['id']}", "a link's form"
    assert share["permissions"] == ["read"] and share["access_count"] == 0, share
    return share


def outbound(who):
    return {share["id"]: share for share in data(who.sharing.list_outbound())["shares"]}


def inbound(who):
    return {share["id"]: share for share in data(who.sharing.list_inbound())["shares"]}


def keeps_a_secret():
    ada = proved("ada@example.com", "Ada Lovelace")
    vault = data(ada.vaults.create("production"), 201)["id"]
    secret = data(ada.secrets.set(vault, "db/password", "hunter-2", type="password"), 201)["id"]
    did("keeps a secret")
    return ada, vault, secret


def shares_a_link(ada, vault, secret):
    share = share_of(
        ada.sharing.create(
            secret,
            recipient_type="anyone_with_link",
            expires_at=within(hours=1),
            max_access_count=2,
            passphrase=PASSPHRASE,
            permissions=["read"],
        )
    )
    assert (share["recipient_type"], share["max_access_count"]) == ("anyone_with_link", 2), share
    assert (share["secret_id"], share["secret_path"], share["vault_id"]) == (secret, "db/password", vault), share
    somebody = client()
    refused(somebody.sharing.access(share["id"]), 403, "auth_error")
    refused(somebody.sharing.access(share["id"], "open barley"), 403, "auth_error")
    for count in (1, 2):
        read = data(somebody.sharing.access(share["id"], PASSPHRASE))
        assert (read["value"], read["path"], read["type"]) == ("hunter-2", "db/password", "password"), "what is shared"
        assert (read["id"], read["share_id"], read["access_count"]) == (secret, share["id"], count), "its count"
    refused(somebody.sharing.access(share["id"], PASSPHRASE), 410, "unknown")
    item = outbound(ada)[share["id"]]
    assert (item["status"], item["access_count"], item["has_passphrase"]) == ("exhausted", 2, True), item
    assert PASSPHRASE not in str(item) and "hunter" not in str(item), "nothing secret in a list"
    refused(somebody.sharing.list_outbound(), 401, "auth_error")
    refused(somebody.sharing.access(str(uuid.uuid4())), 404, "not_found")
    refused(somebody.sharing.access("no-uuid"), 404, "not_found")
    did("shared a link with a passphrase: two reads, and no third")


def follows_its_secret(ada, vault, secret):
    share = share_of(ada.sharing.create(secret, recipient_type="anyone_with_link", expires_at=within(hours=1)))
    data(ada.secrets.set(vault, "db/password", "hunter-3", type="password"), 201)
    read = data(client().sharing.access(share["id"]))
    assert (read["value"], read["version"]) == ("hunter-3", 2), "the newest version"
    elsewhere = ada.sharing.create(
        secret, recipient_type="anyone_with_link", expires_at=within(hours=1), ip_allowlist=["192.0.2.0/24"]
    )
    refused(client().sharing.access(share_of(elsewhere)["id"]), 403, "auth_error")
    soon = share_of(ada.sharing.create(secret, recipient_type="anyone_with_link", expires_at=within(seconds=2)))
    end = moment(soon["expires_at"])
    while datetime.now(timezone.utc) <= end:
        time.sleep(0.1)
    refused(client().sharing.access(soon["id"]), 410, "unknown")
    item = outbound(ada)[soon["id"]]
    assert item["is_expired"] is True and item["status"] == "expired", item
    data(ada.sharing.delete(share["id"]), 204)
    refused(client().sharing.access(share["id"]), 404, "not_found")
    refused(ada.sharing.revoke(share["id"]), 404, "not_found")
    assert share["id"] not in outbound(ada)
    did("a share follows its secret, from where it may be read, until its end or its revocation")


def colleague(ada, address, name):
    """Somebody who was invited, and joined by proving their address; and their id."""
    data(ada.org.invite(address))
    someone = proved(address, name)
    me = data(someone.auth.me())
    assert (me["org_id"], me["role"]) == (data(ada.auth.me())["org_id"], "member"), me
    return someone, me["id"]


def shares_with_a_colleague(ada, secret):
    bob, his = colleague(ada, "bob@example.com", "Bob")
    carol, _hers = colleague(ada, "carol@example.com", "Carol")
    with_bob = {"recipient_type": "user", "recipient_id": his, "expires_at": within(hours=1)}
    share = share_of(ada.sharing.create(secret, **with_bob))
    assert (share["recipient_id"], share["status"]) == (his, "pending"), share
    refused(client().sharing.access(share["id"]), 401, "auth_error")
    refused(carol.sharing.access(share["id"]), 403, "auth_error")
    assert share["id"] not in inbound(carol)
    refused(carol.sharing.accept(share["id"]), 404, "not_found")
    refused(carol.sharing.revoke(share["id"]), 404, "not_found")
    item = inbound(bob)[share["id"]]
    assert (item["is_accepted"], item["secret_path"]) == (False, "db/password"), item
    for _ in range(2):
        data(bob.sharing.accept(share["id"]), 204)
    assert inbound(bob)[share["id"]]["is_accepted"] is True
    assert outbound(ada)[share["id"]]["status"] == "active"
    assert data(bob.sharing.access(share["id"]))["value"] == "hunter-3"
    # Whoever reads takes the share by it.
    direct = share_of(ada.sharing.create(secret, **with_bob))
    data(bob.sharing.access(direct["id"]))
    assert inbound(bob)[direct["id"]]["is_accepted"] is True
    unwanted = share_of(ada.sharing.create(secret, **with_bob))
    for _ in range(2):
        data(bob.sharing.decline(unwanted["id"]), 204)
    refused(bob.sharing.access(unwanted["id"]), 404, "not_found")
    refused(bob.sharing.accept(unwanted["id"]), 409, "unknown")
    assert unwanted["id"] not in inbound(bob)
    assert outbound(ada)[unwanted["id"]]["status"] == "declined"
    # He sees what is shared with him, and nothing beside it.
    refused(bob.sharing.create(secret, **{**with_bob, "recipient_type": "anyone_with_link"}), 403, "auth_error")
    did("shared with a colleague, who took one, read another, and declined a third")


def shares_with_an_address(ada, secret):
    dora = "dora@example.com"
    to_her = {"recipient_type": "external_email", "expires_at": within(hours=1)}
    share = share_of(ada.sharing.create(secret, email=dora, **to_her))
    assert share["recipient_email"] == dora, share
    link = mailed_link(dora, "share/")
    assert share["id"] in link, "the link in the mail"
    refused(client().sharing.access(share["id"]), 401, "auth_error")
    hers = proved(dora, "Dora")
    assert list(inbound(hers)) == [share["id"]]
    assert data(hers.sharing.access(share["id"]))["value"] == "hunter-3"
    refused(proved("eve@example.com").sharing.access(share["id"]), 403, "auth_error")
    refused(ada.sharing.create(secret, **to_her), 400, "validation_error")
    did("shared with an address: whoever proves it reads")


def shares_with_agents(ada, vault, secret):
    made = data(ada.agents.create("deployer"), 201)
    agent, bot = made["agent"]["id"], client(api_key=made["api_key"])
    to_it = {"recipient_type": "agent", "recipient_id": agent, "expires_at": within(hours=1)}
    share = share_of(ada.sharing.create(secret, **to_it))
    assert list(inbound(bot)) == [share["id"]]
    assert data(bot.sharing.access(share["id"]))["value"] == "hunter-3"
    to_her = {"recipient_type": "creator", "expires_at": within(hours=1)}
    # What it does not read itself it does not share.
    refused(bot.sharing.create(secret, **to_her), 403, "auth_error")
    data(
        ada.policies.create(vault, principal_type="agent", principal_id=agent, secret_path_pattern="bot/*",
                            permissions=["read", "write"]),
        201,
    )
    own = data(bot.secrets.set(vault, "bot/found", "hunter-4"), 201)["id"]
    found = share_of(bot.sharing.create(own, **to_her))
    me = data(ada.auth.me())["id"]
    assert (found["recipient_type"], found["recipient_id"]) == ("creator", me), found
    assert inbound(ada)[found["id"]]["created_by"] == f"agent:{agent}"
    assert data(ada.sharing.access(found["id"]))["value"] == "hunter-4"
    refused(ada.sharing.create(secret, **to_her), 400, "validation_error")
    mailed = {"recipient_type": "external_email", "email": "dora@example.com", "expires_at": within(hours=1)}
    refused(bot.sharing.create(own, **mailed), 403, "auth_error")
    data(bot.sharing.revoke(found["id"]), 204)
    did("shared with an agent, and an agent with who registered it")


def is_told_what_is_wrong(ada, secret):
    to_all = {"recipient_type": "anyone_with_link", "expires_at": within(hours=1)}
    for field, value, named in [
        ("recipient_type", "everybody", "recipient_type"),
        ("expires_at", "2001-01-01T00:00:00Z", "expires_at"),
        ("expires_at", "soon", "expires_at"),
        ("max_access_count", 0, "max_access_count"),
        ("ip_allowlist", ["300.0.0.1"], "ip_allowlist"),
        ("permissions", ["write"], "permissions"),
    ]:
        refused(ada.sharing.create(secret, **{**to_all, field: value}), 400, "validation_error", named)
    refused(ada.sharing.create(secret, **{**to_all, "recipient_type": "user"}), 400, "validation_error")
    stranger = {**to_all, "recipient_type": "user", "recipient_id": str(uuid.uuid4())}
    refused(ada.sharing.create(secret, **stranger), 404, "not_found")
    refused(ada.sharing.create(str(uuid.uuid4()), **to_all), 404, "not_found")
    did("was told what is wrong with a share")


def deletes_what_is_shared(ada, vault, secret):
    share = share_of(ada.sharing.create(secret, recipient_type="anyone_with_link", expires_at=within(hours=1)))
    data(ada.secrets.delete(vault, "db/password"), 204)
    gone = client().sharing.access(share["id"])
    assert gone.meta.status in (404, 410) and gone.data is None, gone
    refused(ada.sharing.create(secret, recipient_type="anyone_with_link", expires_at=within(hours=1)), 410, "unknown")
    did("deleted the secret, and the shares of it ended")


def finished(ada, vault, job):
    """A rotation, once it has ended; whoever follows the documented loop waits while it says `running`."""
    assert job["id"] == job["job_id"] and job["vault_id"] == vault, job
    while job["status"] == "running":
        time.sleep(0.05)
        job = data(ada.vaults.get_rotation_job_status(vault, job["id"]))
    return job


def keeps_her_own_key(ada):
    first, second, stray = new_key(), new_key(), new_key()
    vault = data(ada.vaults.create("sealed"), 201)["id"]
    data(ada.secrets.set(vault, "before", "plain"), 201)
    refused(ada.vaults.disable_cmek(vault), 400, "validation_error")
    refused(ada.vaults.enable_cmek(vault, "0123"), 400, "validation_error", "fingerprint")
    for _ in range(2):
        enabled = data(ada.vaults.enable_cmek(vault, fingerprint(first)))
        assert (enabled["cmek_enabled"], enabled["cmek_fingerprint"]) == (True, fingerprint(first)), enabled
    refused(ada.vaults.enable_cmek(vault, fingerprint(second)), 409, "unknown")
    refused(ada.secrets.set(vault, "db/password", "hunter-5"), 400, "validation_error", "Value must be CMEK-encrypted")
    for value in ("hunter-5", "hunter-6"):
        data(ada.secrets.set(vault, "db/password", seal(first, value)), 201)
    read = data(ada.secrets.get(vault, "db/password"))
    assert read["cmek_encrypted"] is True and open_sealed(first, read["value"]) == "hunter-6", "the blob comes back"
    assert data(ada.secrets.get(vault, "before"))["value"] == "plain"
    keys = (shown(first), shown(second))
    refused(ada.vaults.rotate_cmek(vault, *keys, fingerprint(stray)), 400, "validation_error")
    refused(ada.vaults.rotate_cmek(vault, shown(stray), keys[1], fingerprint(second)), 400, "validation_error")
    job = finished(ada, vault, data(ada.vaults.rotate_cmek(vault, *keys, fingerprint(second)), 202))
    assert (job["status"], job["total_secrets"], job["processed"], job["error"]) == ("completed", 2, 2, None), job
    assert (job["old_fingerprint"], job["new_fingerprint"]) == (fingerprint(first), fingerprint(second)), job
    assert moment(job["completed_at"]) >= moment(job["started_at"]), job
    assert data(ada.vaults.get(vault))["cmek_fingerprint"] == fingerprint(second)
    for version, value in ((1, "hunter-5"), (2, "hunter-6")):
        kept = data(ada.secrets.get_version(vault, "db/password", version))
        assert open_sealed(second, kept["value"]) == value, "under the new key"
    refused(ada.vaults.get_rotation_job_status(vault, str(uuid.uuid4())), 404, "not_found")
    disabled = data(ada.vaults.disable_cmek(vault))
    assert disabled["cmek_enabled"] is False and disabled["cmek_fingerprint"] is None, disabled
    assert data(ada.secrets.get(vault, "db/password"))["cmek_encrypted"] is True
    data(ada.secrets.set(vault, "after", "plain"), 201)
    did("kept a vault under her own key, and changed that key")


def main():
    ada, vault, secret = keeps_a_secret()
    shares_a_link(ada, vault, secret)
    follows_its_secret(ada, vault, secret)
    shares_with_a_colleague(ada, secret)
    shares_with_an_address(ada, secret)
    shares_with_agents(ada, vault, secret)
    is_told_what_is_wrong(ada, secret)
    deletes_what_is_shared(ada, vault, secret)
    keeps_her_own_key(ada)
    print("sharing: the story is complete")


if __name__ == "__main__":
    main()
