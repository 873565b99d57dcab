"""Every method of the official Python client, unchanged: methods_story.py BASE_URL MAIL

Each that is in scope does what it is for at least once, and each that is not is answered 404; the story ends by counting
them, so that a client with more methods than this knows of fails it. What the methods do in detail is told by the other
stories; audit and billing are told here. Run on a fresh store of a server that proves addresses, writes its mail into the
folder MAIL and takes no payments.
"""

from datetime import datetime, timedelta, timezone

import methods
from authenticator import code, wait_for_room
from customer_key import fingerprint, new_key, seal, shown
from mailbox import mailed_links, mailed_token
from newcomer import proved
from story import PASSWORD, client, data, did, moment, refused

ADA, BOB = "ada@example.com", "bob@example.com"
SECOND_PASSWORD = "Correct-Horse-8-Battery"
THIRD_PASSWORD = "Correct-Horse-9-Battery"

# The first test vector of RFC 8032 (7.1): a key that is a point of the curve.
PUBLIC_KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

# This one shows no credential, at an address that could be an agent's.
BEFORE_THE_DOOR = "discovery.directory"

# Where there is nobody to pay, these say what to set.
WITHOUT_PAYMENTS = {"billing.subscribe": 501, "billing.portal": 501, "billing.credit_topup": 501}


def within(**time):
    return (datetime.now(timezone.utc) + timedelta(**time)).isoformat()


def gets_in():
    ada = proved(ADA, "Ada Lovelace")
    secret = data(ada.auth.mfa_setup())["secret"]
    wait_for_room()
    codes = data(ada.auth.mfa_verify_setup(code(secret)))["recovery_codes"]
    assert data(ada.auth.mfa_status()) == {"enabled": True}
    challenge = data(client().auth.login(ADA, PASSWORD))["mfa_token"]
    data(client().auth.mfa_verify(challenge, codes[0]))
    data(ada.auth.mfa_disable(code=codes[1]), 204)
    data(ada.auth.change_password(PASSWORD, SECOND_PASSWORD))
    earlier = mailed_links(ADA, "reset-password")
    data(client().auth.forgot_password(ADA))
    data(client().auth.reset_password(mailed_token(ADA, "reset-password", earlier), THIRD_PASSWORD))
    ada = client()
    data(ada.auth.login(ADA, THIRD_PASSWORD))
    data(ada.auth.refresh())
    assert data(ada.auth.me())["email"] == ADA
    data(ada.auth.export_data())
    did("got in by every door")
    return ada


def makes_keys(ada):
    made = data(ada.api_keys.create("deploy"), 201)
    assert [key["id"] for key in data(ada.api_keys.list())["keys"]] == [made["key"]["id"]]
    data(client().auth.api_key_token(made["api_key"]))
    data(ada.api_keys.delete(made["key"]["id"]), 204)
    did("made a key, used it and revoked it")


def keeps_secrets(ada):
    vault = data(ada.vaults.create("production"), 201)["id"]
    assert data(ada.vaults.get(vault))["id"] == vault and data(ada.vaults.list())["vaults"]
    made = data(ada.secrets.set(vault, "db/password", "hunter-1"), 201)
    data(ada.secrets.rotate(vault, "db/password", "hunter-2"), 201)
    data(ada.secrets.rotate_generate(vault, "db/password"), 201)
    assert [version["version"] for version in data(ada.secrets.list_versions(vault, "db/password"))["versions"]] == [3, 2, 1]
    assert data(ada.secrets.get_version(vault, "db/password", 2))["value"] == "hunter-2"
    data(ada.secrets.disable_version(vault, "db/password", 1), 204)
    data(ada.secrets.set(vault, "spare", "hunter-3"), 201)
    data(ada.secrets.delete(vault, "spare"), 204)
    assert [secret["path"] for secret in data(ada.secrets.list(vault))["secrets"]] == ["db/password"]
    data(ada.secrets.get(vault, "db/password"))
    did("kept secrets")
    return vault, made["id"]


def keeps_a_key_of_her_own(ada):
    first, second = new_key(), new_key()
    vault = data(ada.vaults.create("sealed"), 201)["id"]
    data(ada.vaults.enable_cmek(vault, fingerprint(first)))
    data(ada.secrets.set(vault, "x", seal(first, "hunter-4")), 201)
    job = data(ada.vaults.rotate_cmek(vault, shown(first), shown(second), fingerprint(second)), 202)
    while job["status"] == "running":
        job = data(ada.vaults.get_rotation_job_status(vault, job["id"]))
    assert data(ada.vaults.get_rotation_job_status(vault, job["id"]))["status"] == "completed", job
    data(ada.vaults.disable_cmek(vault))
    data(ada.vaults.delete(vault), 204)
    did("kept a vault under her own key")


def has_agents(ada, vault):
    made = data(ada.agents.create("ci"), 201)
    agent = made["agent"]["id"]
    assert data(ada.org.agent_keys_vault_id())["vault_id"]
    to_it = {"principal_type": "agent", "principal_id": agent, "secret_path_pattern": "db/**"}
    policy = data(ada.policies.create(vault, **to_it), 201)["id"]
    assert [entry["id"] for entry in data(ada.policies.list(vault))["policies"]] == [policy]
    bot = client(api_key=made["api_key"])
    assert data(bot.agents.me())["id"] == agent and data(bot.secrets.get(vault, "db/password"))["value"]
    data(ada.policies.update(vault, policy, permissions=["read"]))
    data(ada.policies.delete(vault, policy), 204)
    refused(bot.secrets.get(vault, "db/password"), 403, "auth_error")
    assert data(ada.agents.get(agent))["id"] == agent and len(data(ada.agents.list())["agents"]) == 1
    data(ada.agents.update(agent, name="builder"))
    data(ada.agents.rotate_identity_keys(agent))
    key = data(ada.agents.rotate_key(agent))["api_key"]
    data(client().auth.agent_token(key))
    spare = data(ada.agents.create("spare"), 201)["agent"]["id"]
    data(ada.agents.delete(spare), 204)
    asked = data(client().agents.enroll("newcomer", public_key=PUBLIC_KEY), 201)
    assert data(client().agents.enrollment_status(asked["pairing_id"], asked["poll_token"]))["status"] == "pending"
    did("had agents, granted and took back")
    return client(api_key=key), agent


def has_company(ada, secret):
    data(ada.org.invite(BOB))
    bob = proved(BOB, "Bob")
    his = data(bob.auth.me())["id"]
    assert len(data(ada.org.members())["members"]) == 2
    data(ada.org.update_member_role(his, "admin"))
    data(ada.org.update_member_role(his, "member"))
    with_bob = {"recipient_type": "user", "recipient_id": his, "expires_at": within(hours=1)}
    share = data(ada.sharing.create(secret, **with_bob), 201)["id"]
    assert [entry["id"] for entry in data(ada.sharing.list_outbound())["shares"]] == [share]
    assert [entry["id"] for entry in data(bob.sharing.list_inbound())["shares"]] == [share]
    data(bob.sharing.accept(share), 204)
    assert data(bob.sharing.access(share))["value"]
    data(ada.sharing.revoke(share), 204)
    unwanted = data(ada.sharing.create(secret, **with_bob), 201)["id"]
    data(bob.sharing.decline(unwanted), 204)
    data(ada.sharing.delete(unwanted), 204)
    did("had company, and shared")
    return bob, his


def looks_into_the_log(ada, bob, bot, agent, vault):
    listed = data(ada.audit.list())
    assert listed["count"] == len(listed["events"]) <= 100 and listed["total"] >= listed["count"], listed
    moments = [moment(event["created_at"]) for event in listed["events"]]
    # In the order in which they were written: of two at once, the later may have begun before.
    pairs = zip(moments, moments[1:])
    assert all(later - earlier > timedelta(seconds=-5) for later, earlier in pairs), "the newest first"
    for event in listed["events"]:
        assert isinstance(event["actor_id"], str) and isinstance(event["resource_id"], str), event
        assert event["timestamp"] == event["created_at"] and event["metadata"] == event["details"], event
        assert len(event["integrity_hash"]) == 64 and event["actor_type"] in ("user", "agent", "anonymous", "system"), event
    assert "hunter" not in str(listed), "a value in the log"
    reads = data(ada.audit.list(action="secret.read"))["events"]
    assert reads and all(event["action"] == "secret.read" for event in reads), reads
    assert any(event["details"].get("outcome") == "denied" and event["actor_id"] == agent for event in reads), reads
    by_path = data(ada.audit.list(resource_id="db/password"))
    by_vault = data(ada.audit.list(resource_id=vault))
    assert by_path["total"] and by_vault["total"] >= by_path["total"], (by_path["total"], by_vault["total"])
    first, second = (data(ada.audit.list(action="secret.write", limit=2, offset=offset))["events"] for offset in (0, 2))
    assert len(first) == len(second) == 2 and not {e["id"] for e in first} & {e["id"] for e in second}
    assert data(ada.audit.list(offset=1_000_000))["events"] == []
    assert data(ada.audit.list(action="no.such"))["total"] == 0
    begin = listed["events"][-1]["created_at"]
    assert data(ada.audit.list(to_time=begin))["total"] < listed["total"]
    refused(ada.audit.list(limit=0), 400, "validation_error", "limit")
    refused(ada.audit.list(limit=1001), 400, "validation_error", "limit")
    refused(ada.audit.list(from_time="yesterday"), 400, "validation_error", "from")
    # Members and agents see what they did themselves, and no more when they ask for others.
    mine, me = data(bob.audit.list()), data(bob.auth.me())["id"]
    assert mine["total"] and {event["actor_id"] for event in mine["events"]} == {me}, mine
    assert data(bob.audit.list(actor_id=data(ada.auth.me())["id"]))["total"] == 0
    assert {event["actor_id"] for event in data(bot.audit.list())["events"]} == {agent}
    whole = data(ada.audit.verify())
    assert whole["chain_valid"] is True and whole["broken_at_event_id"] is None, whole
    assert whole["events_verified"] == whole["events_checked"] > 50, whole
    assert whole["scheme"]["algorithm"] == "HMAC-SHA256" and whole["scheme"]["hash_field"] == "integrity_hash", whole
    part = data(ada.audit.verify(limit=5))
    assert part["chain_valid"] is True and part["events_checked"] == 5, part
    refused(bob.audit.verify(), 403, "auth_error")
    refused(bot.audit.verify(), 403, "auth_error")
    did("looked into the log, and verified its chain")


def looks_at_the_bill(ada, bob, bot):
    subscription = data(ada.billing.subscription())
    assert (subscription["tier"], subscription["status"]) == ("enterprise", "active"), subscription
    for meter in ("requests", "secrets", "agents", "vaults", "team_members", "shares", "intent_transactions", "wallets"):
        numbers = subscription["usage"][meter]
        assert isinstance(numbers["used"], int) and isinstance(numbers["limit"], int), (meter, numbers)
    assert subscription["usage"]["requests"]["limit"] == -1, "a self-hosted server has no limit"
    balance = data(ada.billing.credit_balance())
    assert (balance["balance_cents"], balance["balance_usd"]) == (0, "0.00") and balance["expiring_soon"] == [], balance
    assert balance["expiring_within_90_days"] == {"amount_cents": 0, "earliest_expiry": None}, balance
    ledger = data(ada.billing.credit_transactions())
    assert ledger["transactions"] == [] and ledger["total"] == 0, ledger
    assert data(ada.billing.llm_token_billing()) == {"enabled": False}
    for method in ("x402", "credits"):
        assert data(ada.billing.set_overage_method(method)) == {"overage_method": method}
    assert data(ada.billing.subscription())["overage_method"] == "credits"
    refused(ada.billing.set_overage_method("cash"), 400, "validation_error")
    for cents in (499, 100_001, -500, 0):
        assert ada.billing.credit_topup(cents).meta.status in (400, 501)
    assert "stripe.secret_key" in refused(ada.billing.credit_topup(5000), 501, "server_error")
    refused(ada.billing.portal(), 501, "server_error")
    refused(ada.billing.subscribe(price_id="price_1", interval="monthly"), 501, "server_error")
    # What costs money is for owners and admins.
    for who in (bob, bot):
        refused(who.billing.portal(), 403, "auth_error")
        refused(who.billing.credit_topup(5000), 403, "auth_error")
        refused(who.billing.set_overage_method("credits"), 403, "auth_error")
    data(bob.billing.subscription())
    refused(bot.billing.credit_balance(), 403, "auth_error")
    did("looked at the bill; there is nobody to pay, and it says so")


def leaves(ada, his, vault):
    data(ada.org.remove_member(his), 204)
    data(ada.vaults.delete(vault), 204)
    data(ada.auth.revoke_token(), 204)
    refused(ada.auth.me(), 401, "auth_error", "Token has been revoked")
    did("left")


def asks_for_what_is_not_served():
    ada = client()
    data(ada.auth.login(ADA, THIRD_PASSWORD))
    elsewhere = methods.outside()
    wrong = []
    for name in sorted(elsewhere):
        answer = methods.call_with_anything(ada, name)
        expected = (401, "auth_error") if name == BEFORE_THE_DOOR else (404, "not_found")
        if (answer.meta.status, answer.error.type) != expected:
            wrong.append((name, answer.meta.status, answer.error))
    assert not wrong, wrong
    did(f"{len(elsewhere)} methods that are not in scope are answered 404")
    return elsewhere


def was_everything_called(elsewhere):
    wrong = []
    for name in sorted(set(methods.METHODS) - elsewhere):
        statuses = methods.answered.get(name, set())
        expected = WITHOUT_PAYMENTS.get(name)
        if not (expected in statuses if expected else any(200 <= status < 300 for status in statuses)):
            wrong.append((name, statuses))
    assert not wrong, f"not called, or refused: {wrong}"
    served = sorted(set(methods.METHODS) - elsewhere)
    did(f"{len(served)} methods were called: {' '.join(served)}")


def main():
    ada = gets_in()
    makes_keys(ada)
    vault, secret = keeps_secrets(ada)
    keeps_a_key_of_her_own(ada)
    bot, agent = has_agents(ada, vault)
    bob, his = has_company(ada, secret)
    looks_into_the_log(ada, bob, bot, agent, vault)
    looks_at_the_bill(ada, bob, bot)
    leaves(ada, his, vault)
    was_everything_called(asks_for_what_is_not_served())
    print("every method: the story is complete")


if __name__ == "__main__":
    main()
