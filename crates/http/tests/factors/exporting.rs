//! ORG-10: a person takes their data along.

use super::steps::export;
use futures_util::future::join_all;
use oneclaw_testkit::{StoreKind, TestApp, both_stores};
use serde_json::{Value, json};

fn names(list: &Value, member: &str) -> Vec<String> {
    let mut names: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one[member].as_str().unwrap().to_owned())
        .collect();
    names.sort_unstable();
    names
}

#[both_stores]
async fn org_10_an_export_holds_ones_own_and_no_values(app: TestApp) {
    let ada = app.owner().await;
    let (bob, eve) = (ada.member("member").await, app.owner().await);
    let hers = ada.vault("hers").await;
    ada.keep(&hers, "db/password", "what-ada-keeps").await;
    ada.keep(&hers, "db/password", "what-ada-keeps-now").await;
    let his = bob.vault("his").await;
    bob.keep(&his, "api/key", "what-bob-keeps").await;
    let (_, agent_key) = ada.agent(json!({ "name": "hers" })).await;
    ada.grant(&hers, &bob, "db/*", &["read"]).await;
    eve.vault("elsewhere").await;
    let phone = bob.turn_mfa_on().await;

    let answer = export(&bob).send().await.is(200);
    assert_eq!(answer.get("/export_version"), "1.0");
    assert!(answer.get("/exported_at").is_string());
    assert_eq!(answer.get("/user/id"), bob.user_id.as_str());
    assert_eq!(answer.get("/user/email"), bob.email.as_str());
    assert_eq!(answer.get("/user/auth_method"), "password");
    assert_eq!(names(&answer.get("/vaults"), "name"), ["his"]);
    assert_eq!(answer.get("/agents"), json!([]));
    let secrets = answer.get("/secrets_metadata");
    assert_eq!(names(&secrets, "path"), ["api/key"]);
    assert_eq!(secrets[0]["vault_id"], his.as_str());
    assert_eq!(secrets[0]["version"], 1);
    assert_eq!(answer.get("/policies"), json!([]));

    // an owner manages everything in the organization, and nothing beyond it
    let answer = export(&ada).send().await.is(200);
    let vaults = names(&answer.get("/vaults"), "name");
    assert_eq!(vaults, ["__agent-keys", "hers", "his"]);
    assert_eq!(names(&answer.get("/agents"), "name"), ["hers"]);
    let mut paths = names(&answer.get("/secrets_metadata"), "path");
    paths.retain(|path| !path.starts_with("agents/"));
    assert_eq!(paths, ["api/key", "db/password"]);
    let policies = answer.get("/policies");
    assert_eq!(names(&policies, "secret_path_pattern"), ["db/*"]);
    assert_eq!(policies[0]["principal_id"], bob.user_id.as_str());
    assert_eq!(policies[0]["permissions"], json!(["read"]));
    let text = answer.text();
    for secret in [
        "what-",
        "argon2",
        "hash",
        "totp",
        &agent_key,
        &phone.recovery_codes[0],
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(app.last_event().await, "user.export ok");
}

#[both_stores]
async fn org_10_agents_and_limited_keys_export_nothing(app: TestApp) {
    let ada = app.owner().await;
    let agent = ada.new_agent(json!({ "name": "bot" })).await;
    export(&agent).send().await.is_problem(403);
    let (key, _) = ada
        .api_key(json!({ "name": "k", "scopes": ["secrets:read"] }))
        .await;
    export(&ada.with(&key)).send().await.is_problem(403);
    export(&ada.with("")).send().await.is_problem(401);
}

#[both_stores]
async fn org_10_a_long_list_is_exported_whole(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("many").await;
    ada.keep(&vault, "one", "x").await;
    app.tamper(many(&app)).await;
    let answer = export(&ada).send().await.is(200);
    let vaults = answer.get("/vaults");
    assert_eq!(vaults.as_array().unwrap().len(), 2_501);
    let mut ids = names(&vaults, "id");
    ids.dedup();
    assert_eq!(ids.len(), 2_501);
}

/// Makes 2,500 vaults of each that is there.
fn many(app: &TestApp) -> &'static str {
    match app.kind() {
        StoreKind::Sqlite => MANY_SQLITE,
        StoreKind::Postgres => MANY_POSTGRES,
    }
}

const MANY_SQLITE: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) \
    INSERT INTO vaults (id, org_id, name, description, created_by, created_at, kek, kek_master_key) \
    SELECT randomblob(16), org_id, 'v' || i, description, created_by, created_at, kek, kek_master_key \
    FROM vaults, n";
const MANY_POSTGRES: &str = "INSERT INTO vaults \
    (id, org_id, name, description, created_by, created_at, kek, kek_master_key) \
    SELECT gen_random_uuid(), org_id, 'v' || i, description, created_by, created_at, kek, kek_master_key \
    FROM vaults, generate_series(1, 2500) AS i";

#[both_stores]
async fn fld_08_of_exports_at_once_one_is_made_and_the_others_are_turned_away(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let closed = app
        .instance_with(|services, _| services.exports_at_once = 0)
        .await;
    let turned = export(&ada.at(&closed)).send().await.is_problem(429);
    assert_eq!(turned.header("retry-after"), Some("1"));
    assert_eq!(app.last_event().await, "user.export denied rate_limited");
    // long enough that others come meanwhile
    ada.vault("many").await;
    app.tamper(many(&app)).await;
    let one = app
        .instance_with(|services, _| services.exports_at_once = 1)
        .await;
    let asked = (0..20).map(|number| {
        let who = if number == 10 { &bob } else { &ada };
        export(&who.at(&one)).send()
    });
    let answers = join_all(asked).await;
    assert_eq!(answers[10].status, 200, "another organization is held up");
    let many = |status: u16| {
        let of = answers.iter().filter(|answer| answer.status == status);
        of.count()
    };
    assert_eq!(many(200) + many(429), 20);
    assert!(many(200) >= 2, "nobody was served");
    assert!(many(429) > 0, "twenty exports at once, and all were made");
    // one that is over is none under way
    export(&ada.at(&one)).send().await.is(200);
    export(&ada.at(&one)).send().await.is(200);
}
