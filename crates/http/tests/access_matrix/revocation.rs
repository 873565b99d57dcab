//! What is revoked at one instance is refused at the other with the next request, although that one
//! has just let it in: every way in which access ends, on one store that two instances share.

use oneclaw_testkit::{Instance, Person, TestApp, both_stores};
use serde_json::{Value, json};

/// 2026-03-01T12:00:30Z: half a minute after every test begins.
const SOON: &str = "2026-03-01T12:00:30Z";

/// An owner with a vault, at one instance; whoever loses access asks at the other.
struct Scene {
    app: TestApp,
    other: Instance,
    ada: Person,
    vault: String,
}

impl Scene {
    async fn of(app: TestApp) -> Self {
        let ada = app.owner().await;
        let vault = ada.vault("prod").await;
        ada.keep(&vault, "db/password", "swordfish").await;
        let other = app.another_instance().await;
        Self {
            app,
            other,
            ada,
            vault,
        }
    }

    /// A member with a grant, and the grant's id.
    async fn member(&self) -> (Person, String) {
        let member = self.ada.member("member").await;
        let policy = self.ada.grant(&self.vault, &member, "**", &["read"]).await;
        (member, policy)
    }

    /// An agent with a grant.
    async fn agent(&self) -> Person {
        let agent = self.ada.new_agent(json!({ "name": "bot" })).await;
        self.ada.grant(&self.vault, &agent, "**", &["read"]).await;
        agent
    }

    /// Reads at the other instance.
    async fn reads(&self, who: &Person) -> u16 {
        let read = who.at(&self.other).read(&self.vault, "db/password").await;
        read.status
    }

    /// Reads there twice, and is remembered.
    async fn is_let_in(&self, who: &Person, what: &str) {
        for _ in 0..2 {
            assert_eq!(self.reads(who).await, 200, "{what}");
        }
    }

    fn policy(&self, id: &str) -> String {
        format!("/v1/vaults/{}/policies/{id}", self.vault)
    }
}

#[both_stores]
async fn revocation_of_a_policy_holds_at_the_other_instance(app: TestApp) {
    let scene = Scene::of(app).await;
    for what in [
        "deleted", "narrowed", "denies", "shifted", "expires", "denied", "vault",
    ] {
        let (bob, policy) = scene.member().await;
        scene.is_let_in(&bob, what).await;
        let (ada, target) = (&scene.ada, scene.policy(&policy));
        let change = async |body: Value| ada.put(&target, body).await.is(200);
        match what {
            "deleted" => ada.delete(&target).await.is(204),
            "narrowed" => change(json!({ "permissions": ["write"] })).await,
            "denies" => change(json!({ "effect": "deny" })).await,
            "shifted" => {
                let away = json!({ "ip_allowlist": ["192.0.2.0/24"] });
                change(json!({ "conditions": away })).await
            }
            "expires" => {
                let changed = change(json!({ "expires_at": SOON })).await;
                scene.is_let_in(&bob, what).await;
                scene.app.clock().advance(30);
                changed
            }
            "denied" => {
                let deny = json!({ "effect": "deny", "priority": 1 });
                ada.ask_policy(&scene.vault, &bob, &deny).await.is(201)
            }
            _ => {
                let vault = format!("/v1/vaults/{}", scene.vault);
                ada.delete(&vault).await.is(204)
            }
        };
        let expected = if what == "vault" { 404 } else { 403 };
        assert_eq!(scene.reads(&bob).await, expected, "{what}");
    }
}

#[both_stores]
async fn revocation_of_an_agent_holds_at_the_other_instance(app: TestApp) {
    let scene = Scene::of(app).await;
    let ada = &scene.ada;
    for (what, expected) in [
        ("deactivated", 401),
        ("deleted", 401),
        ("batch-deleted", 401),
        ("key rotated", 401),
        ("unbound", 403),
        ("out of scope", 403),
        ("expires", 401),
    ] {
        let bot = scene.agent().await;
        let key = bot.with(&bot.password);
        scene.is_let_in(&bot, what).await;
        scene.is_let_in(&key, what).await;
        let target = format!("/v1/agents/{}", bot.user_id);
        let change = async |body: Value| ada.patch(&target, body).await.is(200);
        match what {
            "deactivated" => change(json!({ "is_active": false })).await,
            "deleted" => ada.delete(&target).await.is(204),
            "batch-deleted" => {
                let ids = json!({ "agent_ids": [bot.user_id] });
                ada.post("/v1/agents/batch-delete", ids).await.is(200)
            }
            "key rotated" => ada
                .post_empty(&format!("{target}/rotate-key"))
                .await
                .is(200),
            "unbound" => {
                let elsewhere = ada.vault("elsewhere").await;
                change(json!({ "vault_ids": [elsewhere] })).await
            }
            "out of scope" => change(json!({ "scopes": ["web/**"] })).await,
            _ => {
                let changed = change(json!({ "expires_at": SOON })).await;
                scene.is_let_in(&bot, what).await;
                scene.app.clock().advance(30);
                changed
            }
        };
        for who in [&bot, &key] {
            assert_eq!(scene.reads(who).await, expected, "{what}");
        }
    }
}

#[both_stores]
async fn revocation_of_a_member_holds_at_the_other_instance(app: TestApp) {
    let scene = Scene::of(app).await;
    for (what, expected) in [("removed", 401), ("left", 401), ("demoted", 403)] {
        // an admin reads without any grant
        let bob = scene.ada.member("admin").await;
        let (key, _) = bob.api_key(json!({ "name": "laptop" })).await;
        let key = bob.with(&key);
        scene.is_let_in(&bob, what).await;
        scene.is_let_in(&key, what).await;
        let target = format!("/v1/org/members/{}", bob.user_id);
        match what {
            "removed" => scene.ada.delete(&target).await.is(204),
            "left" => bob.delete(&target).await.is(204),
            _ => {
                let role = json!({ "role": "member" });
                scene.ada.patch(&target, role).await.is(200)
            }
        };
        for who in [&bob, &key] {
            assert_eq!(scene.reads(who).await, expected, "{what}");
        }
    }
}

#[both_stores]
async fn revocation_of_an_api_key_holds_at_the_other_instance(app: TestApp) {
    let scene = Scene::of(app).await;
    let (bob, _) = scene.member().await;
    let (key, id) = bob.api_key(json!({ "name": "laptop" })).await;
    let exchange = json!({ "api_key": key });
    let exchanged = scene.app.post("/v1/auth/api-key-token", exchange).await;
    let of_key = bob.with(&exchanged.is(200).str("/access_token"));
    let key = bob.with(&key);
    for who in [&key, &of_key] {
        scene.is_let_in(who, "a key").await;
    }
    bob.delete(&format!("/v1/auth/api-keys/{id}")).await.is(204);
    for who in [&key, &of_key] {
        assert_eq!(scene.reads(who).await, 401);
    }
    scene.is_let_in(&bob, "the login").await;
}

#[both_stores]
async fn revocation_of_a_token_holds_at_the_other_instance(app: TestApp) {
    let scene = Scene::of(app).await;
    let (bob, _) = scene.member().await;
    let bot = scene.agent().await;
    for who in [&bob, &bot] {
        scene.is_let_in(who, "a token").await;
        who.delete("/v1/auth/token").await.is(204);
        assert_eq!(scene.reads(who).await, 401);
    }
    let (eve, _) = scene.member().await;
    scene.is_let_in(&eve, "a token").await;
    let login = json!({ "email": eve.email, "password": eve.password });
    let again = scene.app.post("/v1/auth/token", login).await.is(200);
    let again = eve.with(&again.str("/access_token"));
    scene.is_let_in(&again, "another session").await;
    // a new password ends every other session
    let change =
        json!({ "current_password": eve.password, "new_password": "Another-Battery-77-Staple" });
    again.post("/v1/auth/change-password", change).await.is(200);
    assert_eq!(scene.reads(&eve).await, 401);
    scene.is_let_in(&again, "the session that changed it").await;
}

#[both_stores]
async fn revocation_by_an_ip_rule_holds_at_the_other_instance(app: TestApp) {
    let scene = Scene::of(app).await;
    let (bob, _) = scene.member().await;
    let bot = scene.agent().await;
    let (key, _) = bob.api_key(json!({ "name": "laptop" })).await;
    let callers = [bob.with(&key), bob, bot];
    for who in &callers {
        scene.is_let_in(who, "no rule").await;
    }
    // everybody here comes from one address, so whoever adds the rule shuts out themselves
    let deny = json!({ "rule_type": "deny", "cidr": "127.0.0.0/8", "force": true });
    scene.ada.post("/v1/security/ip-rules", deny).await.is(201);
    for who in callers.iter().chain([&scene.ada]) {
        assert_eq!(scene.reads(who).await, 403);
        let answer = who.at(&scene.other).get("/v1/vaults").await;
        assert_eq!(answer.is_problem(403).str("/type"), "ip_denied");
    }
}
