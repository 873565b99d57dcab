"""Who may do what, by the official Python client, unchanged, against a server that runs: access_story.py BASE_URL

The organization and its grants. Every call goes through the client; where something is not as it should be, an
assertion ends the story. Prints what it did, a line per step. Run on a fresh store without mail.
"""

import uuid
from datetime import datetime, timedelta, timezone

from story import PASSWORD, client, data, did, joined, link_token, moment, names, paths, refused, token_of

ADA = "ada@example.com"
CAROL = "carol@example.com"


def runs_an_organization(ada):
    (owner,) = data(ada.org.members())["members"]
    me = data(ada.auth.me())
    assert owner["id"] == owner["user_id"] == me["id"] and owner["role"] == "owner", owner
    assert owner["email"] == ADA and owner["display_name"] == "Ada Lovelace", owner
    assert moment(owner["joined_at"]) == moment(owner["created_at"]), owner
    refused(ada.org.invite("no address"), 400, "validation_error", "email")
    refused(ada.org.invite(CAROL, "boss"), 400, "validation_error", "role")
    refused(ada.org.invite(ADA), 409, "unknown")
    first = data(ada.org.invite(CAROL))
    invited = data(ada.org.invite(" Carol@Example.com ", "member"))
    assert (invited["message"], invited["email"]) == ("Invitation sent", CAROL), invited
    # A newer link ends the older one.
    assert link_token(first["invite_url"]) != link_token(invited["invite_url"])
    carol = joined(CAROL, "Carol", invite_token=link_token(invited["invite_url"]))
    her = data(carol.auth.me())
    assert (her["org_id"], her["role"]) == (me["org_id"], "member"), her
    members = data(carol.org.members())["members"]
    assert [(m["email"], m["role"]) for m in members] == [(ADA, "owner"), (CAROL, "member")], members
    refused(ada.org.invite(CAROL), 409, "unknown")
    did("invited a member, who joined")
    return carol, her["id"]


def changes_roles(ada, carol, her):
    own = data(ada.auth.me())["id"]
    refused(carol.org.invite("dan@example.com"), 403, "auth_error")
    refused(carol.org.update_member_role(her, "admin"), 403, "auth_error")
    refused(carol.org.remove_member(own), 403, "auth_error")
    raised_to = data(ada.org.update_member_role(her, "admin"))
    assert (raised_to["id"], raised_to["role"]) == (her, "admin"), raised_to
    # Her token is the one from before.
    assert data(carol.org.invite("dan@example.com"))["email"] == "dan@example.com"
    refused(carol.org.invite("eve@example.com", "owner"), 403, "auth_error")
    refused(carol.org.update_member_role(own, "member"), 403, "auth_error")
    refused(carol.org.remove_member(own), 403, "auth_error")
    refused(ada.org.update_member_role(own, "admin"), 409, "unknown")
    refused(ada.org.remove_member(own), 409, "unknown")
    refused(ada.org.update_member_role(her, "boss"), 400, "validation_error", "role")
    refused(ada.org.update_member_role(str(uuid.uuid4()), "admin"), 404, "not_found")
    refused(ada.org.remove_member(str(uuid.uuid4())), 404, "not_found")
    assert data(ada.org.update_member_role(her, "member"))["role"] == "member"
    refused(carol.org.invite("frank@example.com"), 403, "auth_error")
    did("gave a role and took it back: it held from the next request")


def grants(ada, bot, agent, vault):
    tomorrow = (datetime.now(timezone.utc) + timedelta(days=1)).isoformat()
    to = {"principal_type": "agent", "principal_id": agent}
    policy = data(ada.policies.create(vault, **to, secret_path_pattern="app/**", expires_at=tomorrow), 201)
    assert policy["vault_id"] == vault and policy["secret_path_pattern"] == "app/**", policy
    assert (policy["principal_type"], policy["principal_id"]) == ("agent", agent), policy
    assert policy["permissions"] == ["read"] and policy["conditions"] == {}, policy
    assert (policy["effect"], policy["priority"], policy["created_by_type"]) == ("allow", 0, "user"), policy
    assert data(ada.policies.list(vault))["policies"] == [policy]
    assert bot.secrets.get(vault, "app/db/password").data["value"] == "hunter-2-in-the-vault"
    assert paths(bot.secrets.list(vault)) == ["app/db/password", "app/key"]
    assert paths(bot.secrets.list(vault, prefix="other")) == []
    assert names(bot.vaults.list()) == ["production"]
    there = refused(bot.secrets.get(vault, "other/key"), 403, "auth_error")
    assert there == refused(bot.secrets.get(vault, "other/none"), 403, "auth_error"), "what is not its own does not show"
    refused(bot.secrets.get(vault, "app/none"), 404, "not_found")
    for answer in (
        bot.secrets.set(vault, "app/new", "x"),
        bot.secrets.delete(vault, "app/key"),
        bot.secrets.rotate_generate(vault, "app/key"),
        bot.vaults.delete(vault),
        bot.policies.create(vault, **to, secret_path_pattern="**"),
        bot.policies.update(vault, policy["id"], permissions=["*"]),
        bot.policies.delete(vault, policy["id"]),
    ):
        refused(answer, 403, "auth_error")
    assert data(bot.policies.list(vault))["policies"] == [policy], "it sees those that name it"
    did("an agent reads what its policy allows, and is refused elsewhere")
    return policy["id"]


def changes_grants(ada, bot, agent, vault, policy):
    changed = data(ada.policies.update(vault, policy, permissions=["write", "rotate"]))
    assert sorted(changed["permissions"]) == ["rotate", "write"] and changed["expires_at"], changed
    assert data(bot.secrets.set(vault, "app/new", "x"), 201)["version"] == 1
    data(bot.secrets.rotate_generate(vault, "app/new"), 201)
    refused(bot.secrets.get(vault, "app/new"), 403, "auth_error")
    assert data(ada.secrets.get(vault, "app/new"))["created_by"] == f"agent:{agent}"
    data(ada.policies.update(vault, policy, permissions=["read"], conditions={"ip_allowlist": ["127.0.0.0/8", "::1"]}))
    data(bot.secrets.get(vault, "app/new"))
    data(ada.policies.update(vault, policy, conditions={"ip_allowlist": ["192.0.2.7"]}))
    refused(bot.secrets.get(vault, "app/new"), 403, "auth_error")
    data(ada.policies.update(vault, policy, conditions={}))
    data(bot.secrets.get(vault, "app/new"))
    past = "2001-02-03T04:05:06Z"
    refused(ada.policies.update(vault, policy, expires_at=past), 400, "validation_error", "expires_at")
    data(ada.policies.update(vault, policy, expires_at="2101-02-03T04:05:06Z"))
    assert [p["expires_at"] for p in data(ada.policies.list(vault))["policies"]] == ["2101-02-03T04:05:06Z"]
    data(bot.secrets.get(vault, "app/new"))
    data(ada.policies.delete(vault, policy), 204)
    refused(bot.secrets.get(vault, "app/new"), 403, "auth_error")
    refused(ada.policies.delete(vault, policy), 404, "not_found")
    refused(ada.policies.update(vault, policy, permissions=["read"]), 404, "not_found")
    assert data(ada.policies.list(vault))["policies"] == []
    did("narrowed, widened and took away a grant: it held from the next request")


def refuses_bad_grants(ada, agent, vault):
    good = {"principal_type": "agent", "principal_id": agent, "secret_path_pattern": "**"}
    for field, value in (
        ("principal_type", "robot"),
        ("principal_type", "user"),
        ("principal_id", str(uuid.uuid4())),
        ("principal_id", "*"),
        ("secret_path_pattern", "a//b"),
        ("secret_path_pattern", "../x"),
        ("permissions", ["admin"]),
        ("permissions", ["READ"]),
        ("conditions", {"ip_allowlst": ["10.0.0.1"]}),
        ("conditions", {"ip_allowlist": ["10.0.0.0/33"]}),
        ("conditions", {"time_window": {"timezone": "Mars/X"}}),
        ("expires_at", "soon"),
    ):
        named = "principal_id" if (field, value) == ("principal_type", "user") else field
        refused(ada.policies.create(vault, **{**good, field: value}), 400, "validation_error", named)
    refused(ada.policies.create(str(uuid.uuid4()), **good), 404, "not_found")
    assert data(ada.policies.list(vault))["policies"] == [], "what was refused is not kept"
    did("bad grants were refused, field by field")


def grants_to_a_person(ada, carol, her, vault):
    assert names(carol.vaults.list()) == []
    refused(carol.vaults.get(vault), 403, "auth_error")
    refused(carol.secrets.get(vault, "app/key"), 403, "auth_error")
    to = {"principal_type": "user", "principal_id": her}
    policy = data(ada.policies.create(vault, **to, secret_path_pattern="app/key", permissions=["read", "write"]), 201)
    assert names(carol.vaults.list()) == ["production"]
    assert paths(carol.secrets.list(vault)) == ["app/key"]
    assert data(carol.secrets.set(vault, "app/key", "hers"), 201)["version"] == 2
    assert data(ada.secrets.get(vault, "app/key"))["created_by"] == f"user:{her}"
    refused(carol.secrets.get(vault, "app/db/password"), 403, "auth_error")
    refused(carol.policies.create(vault, **to, secret_path_pattern="**"), 403, "auth_error")
    data(ada.policies.delete(vault, policy["id"]), 204)
    assert names(carol.vaults.list()) == []
    did("a member needs a grant, as an agent does")


def keeps_to_scopes_and_binding(ada, bot, agent, vault):
    spare = data(ada.vaults.create("spare"), 201)["id"]
    to = {"principal_type": "agent", "principal_id": agent, "secret_path_pattern": "**", "permissions": ["read", "write"]}
    for place in (vault, spare):
        data(ada.policies.create(place, **to), 201)
    assert data(client(token=token_of(bot)).secrets.set(spare, "note", "x"), 201)["version"] == 1
    data(ada.agents.update(agent, vault_ids=[vault]))
    assert names(bot.vaults.list()) == ["production"]
    refused(bot.secrets.get(spare, "note"), 403, "auth_error")
    data(ada.agents.update(agent, scopes=["app/**"]))
    data(bot.secrets.get(vault, "app/key"))
    refused(bot.secrets.get(vault, "other/key"), 403, "auth_error", "Agent scopes do not cover this path")
    data(ada.agents.update(agent, scopes=["secrets:read"]))
    data(bot.secrets.get(vault, "other/key"))
    text = "Agent has no scopes that allow this operation"
    refused(bot.secrets.set(vault, "app/key", "x"), 403, "auth_error", text)
    data(ada.agents.update(agent, scopes=[], vault_ids=[]))
    data(bot.secrets.get(spare, "note"))
    data(ada.vaults.delete(spare), 204)
    did("scopes and a binding narrowed what its policies gave")


def makes_a_vault_of_its_own(ada, carol, her, bot, agent):
    own = data(bot.vaults.create("scratch", "of an agent"), 201)
    assert (own["created_by"], own["created_by_type"]) == (agent, "agent"), own
    data(bot.secrets.set(own["id"], "note", "mine"), 201)
    assert data(bot.secrets.get(own["id"], "note"))["value"] == "mine"
    # The person who made the agent was given a policy at once.
    (given,) = data(ada.policies.list(own["id"]))["policies"]
    assert given["principal_id"] == data(ada.auth.me())["id"] and given["secret_path_pattern"] == "**", given
    assert sorted(given["permissions"]) == ["delete", "read", "write"], given
    refused(carol.secrets.get(own["id"], "note"), 403, "auth_error")
    data(bot.policies.create(own["id"], principal_type="user", principal_id=her, secret_path_pattern="note"), 201)
    assert data(carol.secrets.get(own["id"], "note"))["value"] == "mine"
    data(bot.vaults.delete(own["id"]), 204)
    refused(carol.secrets.get(own["id"], "note"), 404, "not_found")
    did("an agent made a vault, and let somebody in")


def is_apart(vault, agent, her):
    """Another organization sees nothing of this."""
    bob = joined("bob@example.com", "Bob")
    his = data(bob.auth.me())["id"]
    own = data(bob.vaults.create("own"), 201)["id"]
    for answer in (
        bob.agents.get(agent),
        bob.agents.update(agent, name="mine"),
        bob.agents.rotate_key(agent),
        bob.agents.delete(agent),
        bob.policies.list(vault),
        bob.policies.create(vault, principal_type="user", principal_id=his, secret_path_pattern="**"),
        bob.org.update_member_role(her, "admin"),
        bob.org.remove_member(her),
    ):
        refused(answer, 404, "not_found")
    assert data(bob.agents.list())["agents"] == [] and len(data(bob.org.members())["members"]) == 1
    foreign = bob.policies.create(own, principal_type="agent", principal_id=agent, secret_path_pattern="**")
    refused(foreign, 400, "validation_error", "principal_id")
    refused(bob.agents.create("x", vault_ids=[vault]), 400, "validation_error", "vault_ids")
    did("another organization saw nothing of it")


def removes(ada, carol, her):
    hers = data(carol.agents.create("hers"), 201)["agent"]["id"]
    data(ada.org.remove_member(her), 204)
    refused(carol.org.members(), 401, "auth_error")
    refused(client().auth.login(CAROL, PASSWORD), 401, "auth_error", "Invalid credentials")
    refused(ada.org.remove_member(her), 404, "not_found")
    assert [m["email"] for m in data(ada.org.members())["members"]] == [ADA]
    left = data(ada.agents.get(hers))
    assert left["created_by"] is None and left["is_active"] is True, "agents stay"
    did("removed a member: her tokens ended at once, her agent stayed")


def main():
    ada = joined(ADA, "Ada Lovelace")
    carol, her = runs_an_organization(ada)
    changes_roles(ada, carol, her)
    vault = data(ada.vaults.create("production"), 201)["id"]
    data(ada.secrets.set(vault, "app/db/password", "hunter-2-in-the-vault", type="password"), 201)
    for path in ("app/key", "other/key"):
        data(ada.secrets.set(vault, path, "x"), 201)
    made = data(ada.agents.create("builder"), 201)
    agent, bot = made["agent"]["id"], client(api_key=made["api_key"])
    policy = grants(ada, bot, agent, vault)
    changes_grants(ada, bot, agent, vault, policy)
    refuses_bad_grants(ada, agent, vault)
    grants_to_a_person(ada, carol, her, vault)
    keeps_to_scopes_and_binding(ada, bot, agent, vault)
    makes_a_vault_of_its_own(ada, carol, her, bot, agent)
    is_apart(vault, agent, her)
    removes(ada, carol, her)
    did("granted, narrowed, removed: the story is complete")


if __name__ == "__main__":
    main()
