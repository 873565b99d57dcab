"""The clients of two agent frameworks, unchanged, against a server that runs: frameworks_story.py BASE_URL

langchain-1claw with its tools, and the HTTP client of 1claw-crewai-tools; the official client prepares what they
find. Where something is not as it should be, an assertion ends the story. Prints what it did, a line per step.
Run on a fresh store.
"""

import json
from importlib.metadata import distribution
from importlib.util import module_from_spec, spec_from_file_location

import langchain_1claw

from story import BASE_URL, data, did, joined, raised

VALUE = "p\u00e4ss \u2713 \"quoted\"\nline two"
ADDRESSABLE = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def crewai_client():
    """The client's module as it is installed, without its package, which imports the whole of crewai."""
    file = distribution("1claw-crewai-tools").locate_file("oneclaw_crewai/_client.py")
    spec = spec_from_file_location("oneclaw_crewai_client", file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prepares(ada, name):
    """A vault, and an agent that may do all below `app`, for one framework."""
    vault = data(ada.vaults.create(name), 201)["id"]
    data(ada.secrets.set(vault, "app/db/password", VALUE, type="password"), 201)
    data(ada.secrets.set(vault, "other/key", "x"), 201)
    made = data(ada.agents.create(name), 201)
    agent = made["agent"]["id"]
    permissions = ["read", "write", "delete", "rotate"]
    to = {"principal_type": "agent", "principal_id": agent, "secret_path_pattern": "app/**", "permissions": permissions}
    policy = data(ada.policies.create(vault, **to), 201)
    return vault, agent, made["api_key"], policy["id"]


def finds_itself(module, vault, agent, key):
    with module.OneclawClient(api_key=key, base_url=BASE_URL + "/") as found:
        assert found.vault_id == vault and found.agent_id == agent, "both come with the token"
    with module.OneclawClient(api_key=key, agent_id=agent, vault_id=vault, base_url=BASE_URL) as told:
        assert told.get_secret("app/db/password") == VALUE
    refusal = "Authentication failed: HTTP 401"
    for options in ({"api_key": "ocv_" + "A" * 43}, {"api_key": key, "agent_id": vault}):
        stranger = module.OneclawClient(base_url=BASE_URL, **options)
        raised(module.OneclawAuthError, lambda: stranger.list_secrets(vault_id=vault), refusal)
    did("found out who it is, and where its secrets are")


def keeps_secrets(module, not_found, ada, bot, vault, agent):
    assert bot.get_secret("/app/db/password") == VALUE, "a leading slash is not of the path"
    made = bot.put_secret("app/new/key", VALUE, secret_type="api_key", description="of a framework")
    assert (made["path"], made["version"], made["type"]) == ("app/new/key", 1, "api_key"), made
    assert made["metadata"] == {"description": "of a framework"} and "value" not in made, made
    assert bot.put_secret("app/new/key", "second")["version"] == 2
    assert bot.get_secret("app/new/key") == "second"
    kept = data(ada.secrets.get(vault, "app/new/key"))
    assert (kept["value"], kept["type"], kept["created_by"]) == ("second", "api_key", f"agent:{agent}")
    listed = bot.list_secrets()
    assert [s["path"] for s in listed] == ["app/db/password", "app/new/key"], listed
    assert all("value" not in s for s in listed), "a list shows no value"
    assert [s["path"] for s in bot.list_secrets(vault_id=vault, prefix="app/new")] == ["app/new/key"]
    assert bot.list_secrets(prefix="other") == []
    assert bot.rotate_secret("app/new/key")["version"] == 3
    value = bot.get_secret("app/new/key")
    assert len(value) == 32 and set(value) <= ADDRESSABLE, "base64 of its default length"
    assert bot.rotate_secret("app/new/key", length=48, charset="hex")["version"] == 4
    value = bot.get_secret("app/new/key")
    assert len(value) == 48 and set(value) <= set("0123456789abcdef"), "hex"
    assert bot.delete_secret("app/new/key") == {}
    assert raised(module.OneclawError, lambda: bot.get_secret("app/new/key")).startswith("HTTP 410: ")
    raised(not_found, lambda: bot.delete_secret("app/new/key"))
    did("put, read, listed, rotated and deleted secrets")


def is_refused(module, not_found, bot, vault):
    for call in (
        lambda: bot.get_secret("other/key"),
        lambda: bot.get_secret("other/none"),
        lambda: bot.put_secret("other/key", "x"),
        lambda: bot.rotate_secret("other/key"),
        lambda: bot.delete_secret("other/key"),
    ):
        text = raised(module.OneclawAuthError, call, "HTTP 403: ")
        assert json.loads(text.removeprefix("HTTP 403: "))["status"] == 403, text
    raised(not_found, lambda: bot.get_secret("app/none"), f"Not found: /v1/vaults/{vault}/secrets/app%2Fnone")
    raised(not_found, lambda: bot.get_secret("app/db/password", vault_id="00000000-0000-4000-8000-000000000000"))
    for call in (
        lambda: bot.get_secret("app//x"),
        lambda: bot.put_secret("app/a b", "x"),
        lambda: bot.put_secret("app/../other/key", "x"),
        lambda: bot.put_secret("app/empty", ""),
        lambda: bot.put_secret("app/typed", "x", secret_type="No Such"),
        lambda: bot.rotate_secret("app/db/password", length=7),
        lambda: bot.rotate_secret("app/db/password", charset="emoji"),
    ):
        text = raised(module.OneclawValidationError, call, "Validation error: ")
        assert json.loads(text.removeprefix("Validation error: "))["fields"], text
    assert bot.get_secret("app/db/password") == VALUE, "nothing has changed"
    # What this server does not have is not found; so the clients take it.
    raised(not_found, bot.list_env_vars)
    raised(not_found, lambda: bot.resolve_env_vars(environment="production"))
    assert bot.memory_get("default", "x") is None
    raised(not_found, lambda: bot.memory_put("default", "x", "y"))
    did("was refused elsewhere, in the errors it knows")


def uses_tools(ada, bot, vault):
    """LangChain's own tools over the client."""
    tools = {tool.name: tool for tool in langchain_1claw.get_all_tools(bot)}
    get, put = tools["oneclaw_get_secret"], tools["oneclaw_put_secret"]
    assert get.invoke({"path": "app/db/password"}) == VALUE
    made = json.loads(put.invoke({"path": "app/tool", "value": "first", "description": "by a tool"}))
    assert (made["version"], made["type"], made["metadata"]) == (1, "generic", {"description": "by a tool"}), made
    assert json.loads(tools["oneclaw_rotate_secret"].invoke({"path": "app/tool"}))["version"] == 2
    assert data(ada.secrets.get(vault, "app/tool"))["value"] == get.invoke({"path": "app/tool", "vault_id": vault})
    listed = json.loads(tools["oneclaw_list_secrets"].invoke({"prefix": "app/t"}))
    assert [s["path"] for s in listed] == ["app/tool"], listed
    assert get.invoke({"path": "other/key"}).startswith("[1claw error] HTTP 403: ")
    assert get.invoke({"path": "app/none"}).startswith("[1claw error] Not found: ")
    assert put.invoke({"path": "a b", "value": "x"}).startswith("[1claw error] Validation error: ")
    assert tools["oneclaw_list_env_vars"].invoke({}).startswith("[1claw error] Not found: ")
    assert [v["id"] for v in bot.list_vaults()] == [vault]
    did("did it with tools, as a model would")


def lives_on_grants(module, ada, bot, vault, agent, policy):
    data(ada.policies.update(vault, policy, permissions=["write"]))
    raised(module.OneclawAuthError, lambda: bot.get_secret("app/db/password"), "HTTP 403: ")
    data(ada.policies.delete(vault, policy), 204)
    raised(module.OneclawAuthError, lambda: bot.list_secrets(), "HTTP 403: ")
    key = data(ada.agents.rotate_key(agent))["api_key"]
    raised(module.OneclawAuthError, lambda: bot.list_secrets(), "HTTP 401: ", "Token has been revoked")
    # Without a grant there is no vault to begin with; with a short life every call exchanges the key.
    data(ada.agents.update(agent, token_ttl_seconds=60))
    with module.OneclawClient(api_key=key, base_url=BASE_URL) as again:
        raised(module.OneclawError, lambda: again.vault_id, "No vault_id available")
        data(ada.agents.update(agent, vault_ids=[vault]))
        assert again.vault_id == vault, "the binding names it"
        raised(module.OneclawAuthError, lambda: again.get_secret("app/db/password"), "HTTP 403: ")
        to = {"principal_type": "agent", "principal_id": agent}
        data(ada.policies.create(vault, **to, secret_path_pattern="app/db/*"), 201)
        assert again.get_secret("app/db/password") == VALUE
        data(ada.agents.delete(agent), 204)
        raised(module.OneclawAuthError, lambda: again.get_secret("app/db/password"), "Authentication failed: HTTP 401")
    did("lost what it was given, with the next call")


def main():
    ada = joined("ada@example.com", "Ada Lovelace")
    crewai = crewai_client()
    for name, module, not_found in (
        ("langchain", langchain_1claw, langchain_1claw.OneclawNotFoundError),
        ("crewai", crewai, crewai.OneclawSecretNotFoundError),
    ):
        vault, agent, key, policy = prepares(ada, name)
        did(f"{name}:")
        finds_itself(module, vault, agent, key)
        bot = module.OneclawClient(api_key=key, base_url=BASE_URL)
        keeps_secrets(module, not_found, ada, bot, vault, agent)
        is_refused(module, not_found, bot, vault)
        if module is langchain_1claw:
            uses_tools(ada, bot, vault)
        lives_on_grants(module, ada, bot, vault, agent, policy)
        bot.close()
    did("both frameworks: the story is complete")


if __name__ == "__main__":
    main()
