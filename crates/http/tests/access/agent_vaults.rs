//! Agents, their own vaults, and the vault that keeps their keys.

use crate::scene::{Scene, column, merged};
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};

#[both_stores]
async fn an_agents_vault_is_at_once_shared_with_the_person_behind_it(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, bob) = (&scene.ada, &scene.bob);
    let there = app.another_instance().await;
    let robot = bob.new_agent(json!({ "name": "robot" })).await;
    let carol = ada.member("member").await;
    let made = robot
        .post("/v1/vaults", json!({ "name": "scratch" }))
        .await
        .is(201);
    let vault = made.str("/id");
    assert_eq!(made.get("/created_by_type"), "agent");
    let listed = bob.at(&there).get("/v1/vaults").await.is(200);
    let names = column(&listed, "/vaults", "name");
    assert_eq!(
        names,
        ["__agent-keys", "scratch"],
        "which Bob made with it, and the new one"
    );

    let policies = format!("/v1/vaults/{vault}/policies");
    let listed = robot.get(&policies).await.is(200);
    let policy = listed.get("/policies/0");
    assert_eq!(policy["secret_path_pattern"], "**");
    assert_eq!(policy["permissions"], json!(["read", "write", "delete"]));
    assert_eq!(
        (&policy["principal_type"], &policy["principal_id"]),
        (&json!("user"), &json!(bob.user_id))
    );
    assert_eq!(
        (&policy["created_by_type"], &policy["created_by"]),
        (&json!("agent"), &json!(robot.user_id))
    );
    assert_eq!(listed.get("/policies/1"), Value::Null);
    robot.keep(&vault, "note", "found it").await;
    assert_eq!(
        bob.at(&there)
            .read(&vault, "note")
            .await
            .is(200)
            .str("/value"),
        "found it"
    );
    bob.keep(&vault, "answer", "well done").await;
    carol.read(&vault, "note").await.is_problem(403);
}

#[both_stores]
async fn an_agent_manages_its_vault_and_the_person_behind_it_does_not(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, bob) = (&scene.ada, &scene.bob);
    let robot = bob.new_agent(json!({ "name": "robot" })).await;
    let carol = ada.member("member").await;
    let vault = robot.vault("scratch").await;
    robot.keep(&vault, "note", "found it").await;
    let policies = format!("/v1/vaults/{vault}/policies");
    let id = robot.get(&policies).await.is(200).str("/policies/0/id");
    bob.get(&policies).await.is(200);
    bob.ask_policy(&vault, &carol, &json!({}))
        .await
        .is_problem(403);
    robot.grant(&vault, &carol, "note", &["read"]).await;
    carol.read(&vault, "note").await.is(200);
    robot.delete(&format!("{policies}/{id}")).await.is(204);
    bob.read(&vault, "note").await.is_problem(403);
    // what an agent manages is its vault, and no other
    ada.grant(&scene.vault, &robot, "**", &["*"]).await;
    robot
        .ask_policy(&scene.vault, &carol, &json!({}))
        .await
        .is_problem(403);
    robot
        .ask_policy(&scene.vault, &robot, &json!({}))
        .await
        .is_problem(403);
}

/// A deny binds an agent on its own vault, too (contract 4.2), and without the person behind it
/// nobody gets a policy.
#[both_stores]
async fn a_deny_binds_an_agent_on_its_own_vault(app: TestApp) {
    let scene = Scene::of(&app).await;
    let robot = scene.bob.new_agent(json!({ "name": "robot" })).await;
    let made = robot
        .post("/v1/vaults", json!({ "name": "scratch" }))
        .await
        .is(201);
    let vault = made.str("/id");
    robot.keep(&vault, "note", "found it").await;
    let deny = json!({ "effect": "deny", "secret_path_pattern": "note" });
    let made = scene.ada.ask_policy(&vault, &robot, &deny).await.is(201);
    robot.read(&vault, "note").await.is_problem(403);
    // it manages the vault, but what binds it there it neither takes away nor overrules
    let policies = format!("/v1/vaults/{vault}/policies");
    let policy = format!("{policies}/{}", made.str("/id"));
    let allow = json!({ "effect": "allow", "priority": 9 });
    robot.delete(&policy).await.is_problem(403);
    assert_eq!(app.last_event().await, "policy.delete denied own_policy");
    robot.put(&policy, allow.clone()).await.is_problem(403);
    assert_eq!(app.last_event().await, "policy.update denied own_policy");
    let overruled = robot.ask_policy(&vault, &robot, &allow).await;
    assert_eq!(
        overruled.is_problem(403).str("/detail"),
        "An agent may not give, change or take a policy about itself"
    );
    assert_eq!(app.last_event().await, "policy.create denied own_policy");
    robot.read(&vault, "note").await.is_problem(403);
    let listed = robot.get(&policies).await.is(200);
    assert_eq!(listed.get("/policies/1"), made.json(), "as it was made");
    // about others it may, and others about it
    let id = robot.grant(&vault, &scene.bob, "x", &["read"]).await;
    robot.delete(&format!("{policies}/{id}")).await.is(204);
    robot.keep(&vault, "other", "it wrote").await;
    robot.read(&vault, "other").await.is(200);

    let gone = format!("/v1/org/members/{}", scene.bob.user_id);
    scene.ada.delete(&gone).await.is(204);
    let made = robot
        .post("/v1/vaults", json!({ "name": "later" }))
        .await
        .is(201);
    let listed = robot
        .get(&format!("/v1/vaults/{}/policies", made.str("/id")))
        .await;
    assert_eq!(listed.is(200).get("/policies"), json!([]));
}

/// What its scopes keep from an agent, it gives to nobody else either, and does not take away.
#[both_stores]
async fn agt_06_a_scoped_agent_gives_nobody_what_it_lacks(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, bob) = (&scene.ada, &scene.bob);
    let robot = ada.new_agent(json!({ "name": "robot" })).await;
    let vault = robot.vault("scratch").await;
    let read = json!({ "permissions": ["read"] });
    let all = json!({ "permissions": ["*"] });
    let made = robot.ask_policy(&vault, bob, &all).await.is(201);
    let policy = format!("/v1/vaults/{vault}/policies/{}", made.str("/id"));
    for (scopes, given, refused) in [
        (json!(["vaults:*"]), None, "scope"),
        (json!(["vaults:*", "x:y"]), None, "scope"),
        (json!(["q/**"]), None, "path_scope"),
        (json!(["vaults:*", "secrets:*", "q/**"]), None, "path_scope"),
        (json!(["vaults:*", "secrets:read"]), Some(&read), "scope"),
    ] {
        let change = json!({ "scopes": scopes });
        let at = format!("/v1/agents/{}", robot.user_id);
        ada.patch(&at, change).await.is(200);
        let asked = robot.ask_policy(&vault, bob, &all).await;
        asked.is_problem(403);
        let denied = format!("policy.create denied {refused}");
        assert_eq!(app.last_event().await, denied, "{scopes}");
        robot.put(&policy, read.clone()).await.is_problem(403);
        robot.delete(&policy).await.is_problem(403);
        if let Some(body) = given {
            robot.ask_policy(&vault, bob, body).await.is(201);
        }
        if refused == "path_scope" {
            let gone = robot.delete(&format!("/v1/vaults/{vault}")).await;
            gone.is_problem(403);
        }
    }
}

#[both_stores]
async fn a_bound_agent_makes_no_vaults(app: TestApp) {
    let scene = Scene::of(&app).await;
    let body = json!({ "name": "robot", "vault_ids": [scene.vault] });
    let robot = scene.ada.new_agent(body).await;
    robot
        .post("/v1/vaults", json!({ "name": "x" }))
        .await
        .is_problem(403);
    assert_eq!(app.last_event().await, "vault.create denied binding");
}

/// Every road to a value, for an agent that is not to see it.
async fn sees_no_value(who: &Person, vault: &str, path: &str, versions: i64) {
    let at = |what: &str| format!("/v1/vaults/{vault}/{what}/{path}");
    who.get(&at("secrets")).await.is_problem(403);
    for version in 1..=versions {
        let target = format!("{}/{version}", at("secret-version"));
        who.get(&target).await.is_problem(403);
    }
    let rotated = who.post_empty(&at("secret-rotate")).await.is(201);
    assert_eq!(rotated.get("/value"), Value::Null);
    who.get(&at("secrets")).await.is_problem(403);
}

#[both_stores]
async fn sec_08_kinds_that_an_agent_never_sees_by_any_road(app: TestApp) {
    let scene = Scene::of(&app).await;
    let ada = &scene.ada;
    let at = |path: &str| scene.at(&format!("secrets/{path}"));
    let keys = json!({ "name": "robot", "intents_api_enabled": true });
    let nothing = json!({ "name": "robot", "execution_require_tee": true });
    let free = json!({ "name": "robot" });
    for (more, kinds, seen) in [
        (
            &keys,
            &["private_key", "ssh_key"][..],
            &["password", "generic"][..],
        ),
        (&nothing, &["private_key", "password", "generic"], &[]),
        (&free, &[], &["private_key", "ssh_key", "password"]),
    ] {
        let robot = ada.new_agent(more.clone()).await;
        ada.grant(&scene.vault, &robot, "**", &["*"]).await;
        for kind in kinds {
            let body = json!({ "value": "not for it", "type": kind });
            ada.put(&at(&format!("hidden-{kind}")), body).await.is(201);
            sees_no_value(&robot, &scene.vault, &format!("hidden-{kind}"), 1).await;
            ada.delete(&at(&format!("hidden-{kind}"))).await.is(204);
        }
        for kind in seen {
            ada.put(&at("open"), json!({ "value": "for it", "type": kind }))
                .await
                .is(201);
            robot.get(&at("open")).await.is(200);
        }
        ada.delete(&at("open")).await;
    }
}

/// A later PUT neither hides the version before nor opens the new one, and an agent's own vault is as
/// any other.
#[both_stores]
async fn sec_08_the_type_of_the_very_version_decides_in_its_own_vault_too(app: TestApp) {
    let scene = Scene::of(&app).await;
    let ada = &scene.ada;
    let at = |path: &str| scene.at(&format!("secrets/{path}"));
    let keys = json!({ "name": "robot", "intents_api_enabled": true });
    let robot = ada.new_agent(keys).await;
    ada.grant(&scene.vault, &robot, "**", &["*"]).await;
    ada.put(&at("turns"), json!({ "value": "open", "type": "password" }))
        .await
        .is(201);
    ada.put(
        &at("turns"),
        json!({ "value": "hidden", "type": "ssh_key" }),
    )
    .await
    .is(201);
    robot.get(&scene.at("secret-version/turns/1")).await.is(200);
    robot
        .get(&scene.at("secret-version/turns/2"))
        .await
        .is_problem(403);
    robot.get(&at("turns")).await.is_problem(403);
    assert_eq!(app.last_event().await, "secret.read denied blocked_type");
    let own = robot.vault("own").await;
    let put = json!({ "value": "its own key", "type": "private_key" });
    robot
        .put(&format!("/v1/vaults/{own}/secrets/k"), put)
        .await
        .is(201);
    sees_no_value(&robot, &own, "k", 1).await;
}

#[both_stores]
async fn ten_06_the_systems_own_vault_and_its_name(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, bob) = (&scene.ada, &scene.bob);
    // a member registers the first agent, and so is the vault's maker
    let robot = bob.new_agent(json!({ "name": "robot" })).await;
    for name in ["__agent-keys", "__x", " __agent-keys", "__"] {
        let made = ada.post("/v1/vaults", json!({ "name": name })).await;
        assert_eq!(made.status, 400, "{name:?}");
    }
    let vaults = ada.get("/v1/vaults").await.is(200);
    let rows = vaults.get("/vaults");
    let keys = rows
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["name"] == "__agent-keys");
    let keys = keys.unwrap()["id"].as_str().unwrap().to_owned();
    for who in [ada, &ada.member("admin").await] {
        who.delete(&format!("/v1/vaults/{keys}"))
            .await
            .is_problem(409);
    }
    let other = ada.new_agent(json!({ "name": "other" })).await;
    let private = format!("agents/{}/ssh/private_key", robot.user_id);
    for who in [bob, &robot, &other, &ada.member("member").await] {
        who.read(&keys, &private).await.is_problem(403);
        who.ask_policy(&keys, who, &json!({})).await.is_problem(403);
        who.delete(&format!("/v1/vaults/{keys}"))
            .await
            .is_problem(403);
    }
    ada.read(&keys, &private).await.is(200);
    // a policy opens it, as the contract says; a name given to a body's created_by does not
    let forged = merged(
        json!({ "name": "mine" }),
        json!({ "created_by": robot.user_id, "is_system": true }),
    );
    let made = bob.post("/v1/vaults", forged).await.is(201);
    assert_eq!(made.get("/created_by"), bob.user_id.as_str());
    robot
        .get(&format!("/v1/vaults/{}", made.str("/id")))
        .await
        .is_problem(403);
    ada.grant(
        &keys,
        &robot,
        &format!("agents/{}/**", robot.user_id),
        &["read"],
    )
    .await;
    robot.read(&keys, &private).await.is(200);
    let others = format!("agents/{}/ssh/private_key", other.user_id);
    robot.read(&keys, &others).await.is_problem(403);
}
