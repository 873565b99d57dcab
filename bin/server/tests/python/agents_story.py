"""Agents, by the official Python client, unchanged, against a server that runs: agents_story.py BASE_URL

Every call goes through the client; where something is not as it should be, an assertion ends the story.
Prints what it did, a line per step. Run on a fresh store without mail.
"""

import base64
import uuid

from oneclaw import OneclawError

from story import claims, client, data, did, invited, joined, link_token, paths, raised, refused, token_of

ADA = "ada@example.com"
NOBODY = "00000000-0000-0000-0000-000000000000"
# The first test vector of RFC 8032 (7.1): a key that is a point of the curve.
PUBLIC_KEY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


def makes_agents(ada, vault):
    refused(ada.org.agent_keys_vault_id(), 404, "not_found")
    made = data(ada.agents.create("ci", description="builds", token_ttl_seconds=1800, tx_allowed_chains=["base"]), 201)
    key, agent = made["api_key"], made["agent"]
    assert key.startswith("ocv_") and len(key) == 47 and agent["api_key_prefix"] == key[:12], "a key's form"
    assert (agent["name"], agent["description"], agent["token_ttl_seconds"]) == ("ci", "builds", 1800), agent
    assert agent["scopes"] == [] and agent["vault_ids"] == [] and agent["is_active"] is True, agent
    assert agent["auth_method"] == "api_key" and agent["tx_allowed_chains"] == ["base"], agent
    assert agent["intents_api_enabled"] is False and agent["shroud_enabled"] is False, agent
    assert agent["created_by"] == data(ada.auth.me())["id"] and agent["last_active_at"] is None, agent
    assert len(base64.b64decode(agent["ssh_public_key"], validate=True)) == 32, agent
    assert len(base64.b64decode(agent["ecdh_public_key"], validate=True)) == 65, agent
    assert data(ada.agents.get(agent["id"])) == agent
    spare = data(ada.agents.create("spare"), 201)["agent"]
    assert [a["id"] for a in data(ada.agents.list())["agents"]] == [agent["id"], spare["id"]]
    assert spare["ssh_public_key"] != agent["ssh_public_key"], "each has keys of its own"
    refused(ada.agents.create(""), 400, "validation_error", "name")
    refused(ada.agents.create("x", auth_method="mtls"), 400, "validation_error", "not supported")
    for ttl in (59, 86401):
        refused(ada.agents.create("x", token_ttl_seconds=ttl), 400, "validation_error", "token_ttl_seconds")
    refused(ada.agents.create("x", vault_ids=[str(uuid.uuid4())]), 400, "validation_error", "vault_ids")
    refused(ada.agents.create("x", api_key_expires_at="soon"), 400, "validation_error", "api_key_expires_at")
    refused(ada.agents.get(str(uuid.uuid4())), 404, "not_found")
    refused(ada.agents.me(), 403, "auth_error")
    refused(ada.agents.list_children(agent["id"]), 404, "not_found")
    changed = data(ada.agents.update(agent["id"], name="builder", scopes=["app/**", "secrets:*"], vault_ids=[vault]))
    assert (changed["name"], changed["description"], changed["vault_ids"]) == ("builder", "builds", [vault]), changed
    assert changed["scopes"] == ["app/**", "secrets:*"], changed
    refused(ada.agents.update(agent["id"], token_ttl_seconds=1), 400, "validation_error", "token_ttl_seconds")
    changed = data(ada.agents.update(agent["id"], scopes=[], vault_ids=[]))
    assert changed["scopes"] == [] and changed["vault_ids"] == [], changed
    data(ada.agents.delete(spare["id"]), 204)
    refused(ada.agents.get(spare["id"]), 404, "not_found")
    refused(ada.agents.delete(spare["id"]), 404, "not_found")
    assert [a["id"] for a in data(ada.agents.list())["agents"]] == [agent["id"]]
    did("made, listed, changed and deleted agents")
    return agent["id"], key


def exchanges_keys(ada, agent, key):
    caller = client()
    answer = data(caller.auth.agent_token(key))
    assert answer["expires_in"] == 1800 and answer["agent_id"] == agent and answer["vault_ids"] == [], answer
    claimed = claims(token_of(caller))
    assert claimed["sub"] == f"agent:{agent}" and claimed["org"] == data(ada.auth.me())["org_id"], claimed
    assert claimed["exp"] - claimed["iat"] == 1800 and claimed["intents_api_enabled"] is False, claimed
    me = data(caller.agents.me())
    assert (me["id"], me["name"], me["is_active"]) == (agent, "builder", True), me
    assert data(client().auth.agent_token(key, agent))["agent_id"] == agent
    data(caller.auth.revoke_token(), 204)
    refused(caller.agents.me(), 401, "auth_error", "Token has been revoked")
    refused(client().auth.agent_token(key, str(uuid.uuid4())), 401, "auth_error", "Invalid agent credentials")
    refused(client().auth.agent_token("ocv_" + "A" * 43), 401, "auth_error", "Invalid agent credentials")
    refused(client().auth.api_key_token(key), 401, "auth_error")
    # With the key alone the client exchanges it before its first call, and learns who it is.
    bot = client(api_key=key)
    assert data(bot.agents.me())["id"] == agent and bot.resolved_agent_id == agent
    assert data(ada.agents.get(agent))["last_active_at"] is not None
    named = client(api_key=key, agent_id=agent)
    assert data(named.vaults.list())["vaults"] == []
    did("exchanged an agent's key for a token, and ended a token")
    return bot


def is_only_an_agent(ada, bot, agent, vault):
    other = data(ada.agents.create("other"), 201)["agent"]["id"]
    assert data(bot.agents.get(agent))["id"] == agent
    for answer in (
        bot.agents.get(other),
        bot.agents.list(),
        bot.agents.create("child"),
        bot.agents.update(agent, name="me"),
        bot.agents.rotate_key(agent),
        bot.agents.rotate_identity_keys(agent),
        bot.agents.delete(agent),
        bot.auth.me(),
        bot.org.members(),
        bot.org.invite("eve@example.com"),
        bot.org.agent_keys_vault_id(),
        bot.api_keys.list(),
        bot.vaults.get(vault),
        bot.secrets.list(vault),
        bot.secrets.get(vault, "app/db/password"),
        bot.policies.list(vault),
    ):
        refused(answer, 403, "auth_error")
    data(ada.agents.delete(other), 204)
    did("an agent without a grant may look at itself, and at nothing else")


def keeps_identity_keys(ada, bot, agent):
    keys = data(ada.org.agent_keys_vault_id())["vault_id"]
    (system,) = [vault for vault in data(ada.vaults.list())["vaults"] if vault["name"] == "__agent-keys"]
    assert system["id"] == keys, system
    refused(ada.vaults.delete(keys), 409, "unknown")
    path = f"agents/{agent}/ssh/private_key"
    assert paths(ada.secrets.list(keys)) == [f"agents/{agent}/ecdh/private_key", path]
    refused(bot.secrets.get(keys, path), 403, "auth_error")
    policy = data(
        ada.policies.create(keys, principal_type="agent", principal_id=agent, secret_path_pattern=f"agents/{agent}/**"), 201
    )
    private = data(bot.secrets.get(keys, path))
    assert len(base64.b64decode(private["value"], validate=True)) == 32 and private["type"] == "ssh_key"
    before = data(bot.agents.me())
    after = data(ada.agents.rotate_identity_keys(agent))
    assert after["ssh_public_key"] != before["ssh_public_key"], after
    assert after["ecdh_public_key"] != before["ecdh_public_key"], after
    again = data(bot.secrets.get(keys, path))
    assert again["version"] == 2 and again["value"] != private["value"], "a new key"
    refused(bot.secrets.get_version(keys, path, 1), 410, "unknown")
    data(ada.agents.update(agent, intents_api_enabled=True))
    refused(bot.secrets.get(keys, path), 403, "auth_error")
    data(ada.agents.update(agent, intents_api_enabled=False))
    data(ada.policies.delete(keys, policy["id"]), 204)
    did("an agent's identity keys are kept, and were rotated")


def revokes(ada, bot, agent, key):
    data(ada.agents.update(agent, is_active=False))
    refused(bot.agents.me(), 401, "auth_error")
    refused(client().auth.agent_token(key), 401, "auth_error")
    # The client raises where its own exchange fails.
    raised(OneclawError, client(api_key=key).agents.me, "Agent token refresh failed: HTTP 401")
    assert data(ada.agents.update(agent, is_active=True))["is_active"] is True
    bot = client(api_key=key)
    data(bot.agents.me())
    rotated = data(ada.agents.rotate_key(agent))
    new = rotated["api_key"]
    assert new.startswith("ocv_") and new != key and rotated["agent"]["api_key_prefix"] == new[:12], "a new key"
    refused(bot.agents.me(), 401, "auth_error", "Token has been revoked")
    refused(client().auth.agent_token(key), 401, "auth_error", "Invalid agent credentials")
    bot = client(api_key=new)
    assert data(bot.agents.me())["id"] == agent
    data(ada.agents.delete(agent), 204)
    refused(bot.agents.me(), 401, "auth_error")
    refused(client().auth.agent_token(new), 401, "auth_error", "Invalid agent credentials")
    assert data(ada.agents.list())["agents"] == []
    assert paths(ada.secrets.list(data(ada.org.agent_keys_vault_id())["vault_id"])) == []
    did("deactivated an agent, rotated its key, and deleted it: its tokens ended at once")


def decide(person, link, decision):
    body = {"token": link_token(link), "decision": decision}
    return person._http.request("POST", "/v1/agents/enroll/decide", body=body)


def enrolls(ada, carol):
    raw = base64.b64encode(PUBLIC_KEY).decode()
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + PUBLIC_KEY
    line = f"ssh-ed25519 {base64.b64encode(blob).decode()} scout@example"
    stranger = client()
    asked = data(stranger.agents.enroll("scout", description="looks around", public_key=raw), 201)
    assert asked["agent_id"] == NOBODY and asked["message"] and asked["fingerprint"].startswith("SHA256:"), asked
    pairing, poll = asked["pairing_id"], asked["poll_token"]
    assert data(stranger.agents.enrollment_status(pairing, poll))["status"] == "pending"
    refused(stranger.agents.enrollment_status(pairing, poll[::-1]), 404, "not_found")
    refused(stranger.agents.enrollment_status(str(uuid.uuid4()), poll), 404, "not_found")
    assert data(ada.agents.list())["agents"] == [], "before approval there is no agent"
    refused(decide(client(), asked["approval_url"], "approve"), 401, "auth_error")
    approved = data(decide(ada, asked["approval_url"], "approve"))
    assert approved["status"] == "approved" and approved["agent"]["name"] == "scout", approved
    assert not approved.get("api_key"), "the pairing collects it"
    collected = data(stranger.agents.enrollment_status(pairing, poll))
    assert (collected["status"], collected["agent_id"]) == ("approved", approved["agent"]["id"]), "approved"
    again = data(stranger.agents.enrollment_status(pairing, poll))
    assert again["status"] == "approved" and not again.get("api_key"), "the key leaves once"
    scout = client(api_key=collected["api_key"])
    assert data(scout.agents.me())["name"] == "scout"
    assert data(scout.vaults.list())["vaults"] == []
    mailed = data(stranger.agents.enroll("mailed", human_email=ADA, public_key=line), 201)
    assert mailed["fingerprint"] == asked["fingerprint"], "one key has one fingerprint, however it is written"
    refused(stranger.agents.enroll("again", human_email=ADA), 429, "rate_limit")
    refused(decide(carol, mailed["approval_url"], "approve"), 403, "auth_error")
    assert data(decide(ada, mailed["approval_url"], "deny")) == {"status": "denied"}
    told = data(stranger.agents.enrollment_status(mailed["pairing_id"], mailed["poll_token"]))
    assert told["status"] == "denied" and not told.get("api_key"), told
    plain = data(stranger.agents.enroll("plain"), 201)
    assert plain["agent_id"] == NOBODY and not plain.get("pairing_id"), plain
    shown = data(decide(carol, plain["approval_url"], "approve"))
    assert data(client(api_key=shown["api_key"]).agents.me())["created_by"] == data(carol.auth.me())["id"]
    refused(stranger.agents.enroll(""), 400, "validation_error", "name")
    did("agents enrolled themselves, and were approved or denied")
    return approved["agent"]["id"], shown["agent"]["id"]


def belongs_to_its_maker(ada, carol, hers, anothers):
    for answer in (
        carol.agents.update(anothers, name="mine"),
        carol.agents.rotate_key(anothers),
        carol.agents.rotate_identity_keys(anothers),
        carol.agents.delete(anothers),
    ):
        refused(answer, 403, "auth_error")
    assert data(carol.agents.update(hers, description="kept by Carol"))["description"] == "kept by Carol"
    assert data(ada.agents.update(hers, description="known to Ada"))["description"] == "known to Ada"
    did("a member changes the agents that are hers, an owner all")


def main():
    ada = joined(ADA, "Ada Lovelace")
    carol, _ = invited(ada, "carol@example.com", "Carol")
    vault = data(ada.vaults.create("production"), 201)["id"]
    data(ada.secrets.set(vault, "app/db/password", "hunter-2-in-the-vault", type="password"), 201)
    agent, key = makes_agents(ada, vault)
    bot = exchanges_keys(ada, agent, key)
    is_only_an_agent(ada, bot, agent, vault)
    keeps_identity_keys(ada, bot, agent)
    revokes(ada, bot, agent, key)
    anothers, hers = enrolls(ada, carol)
    belongs_to_its_maker(ada, carol, hers, anothers)
    did("made, used, enrolled: the story is complete")


if __name__ == "__main__":
    main()
