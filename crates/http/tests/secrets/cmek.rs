//! Customers' keys on vaults: what comes in, what is said of it, who may and who may not.

use crate::place::{Place, members};
use oneclaw_testkit::{Answer, CustomerKey, Person, Stage, TestApp, both_stores};
use serde_json::{Value, json};

fn about(vault: &str) -> String {
    format!("/v1/vaults/{vault}/cmek")
}

/// What a vault says of its key.
async fn said(who: &Person, vault: &str) -> (bool, Option<String>) {
    let shown = who.get(&format!("/v1/vaults/{vault}")).await.is(200);
    let listed = who.get("/v1/vaults").await.is(200).get("/vaults");
    let listed = listed.as_array().unwrap();
    let same = listed.iter().find(|row| row["id"] == vault).unwrap();
    assert_eq!(*same, shown.json());
    let fingerprint = shown.get("/cmek_fingerprint");
    (
        shown.get("/cmek_enabled") == true,
        fingerprint.as_str().map(str::to_owned),
    )
}

#[both_stores]
async fn cry_09_only_what_the_client_encrypted_comes_in(app: TestApp) {
    let ada = app.owner().await;
    let (vault, key) = (ada.vault("prod").await, CustomerKey::of(1));
    let at = Place::new(&vault, "db/password");
    at.put(&ada, "plain before", json!({})).await.is(201);
    assert_eq!(said(&ada, &vault).await, (false, None));

    let enabled = ada.enable_cmek(&vault, &key).await.is(200);
    assert_eq!(enabled.get("/cmek_enabled"), true);
    assert_eq!(enabled.str("/cmek_fingerprint"), key.fingerprint());
    let same = ada.enable_cmek(&vault, &key).await.is(200);
    assert_eq!(same.json(), enabled.json());
    assert_eq!(said(&ada, &vault).await, (true, Some(key.fingerprint())));

    let blob = key.encrypt("hunter2");
    for bad in [
        "plain",
        &blob[..blob.len() - 1],
        &format!("{blob}\n"),
        &format!("AA{}", &blob[2..]),
        "AQ==",
    ] {
        let refused = at.put(&ada, bad, json!({})).await.is_invalid("value");
        assert_eq!(refused.str("/detail"), "Value must be CMEK-encrypted");
        assert!(bad.len() < 6 || !refused.text().contains(bad));
    }
    at.put(&ada, &blob, json!({})).await.is(201);
    let read = ada.get(&at.secret()).await.is(200);
    assert_eq!(read.str("/value"), blob);
    assert_eq!(read.get("/cmek_encrypted"), true);
    assert_eq!(read.str("/cmek_fingerprint"), key.fingerprint());
    // the refused ones took no number; what was there stays as it was
    assert_eq!(read.get("/version"), 2);
    let before = ada.get(&at.version(1)).await.is(200);
    assert_eq!(before.str("/value"), "plain before");
    assert_eq!(before.get("/cmek_encrypted"), false);
    assert_eq!(before.get("/cmek_fingerprint"), Value::Null);
}

/// The form is all that is looked at: a value under another key comes in, too, and is the client's
/// own affair.
#[both_stores]
async fn cry_09_the_server_makes_no_value_for_such_a_vault(app: TestApp) {
    let ada = app.owner().await;
    let (vault, key) = (ada.vault("prod").await, CustomerKey::of(1));
    let at = Place::new(&vault, "a");
    at.put(&ada, "plain before", json!({})).await.is(201);
    ada.enable_cmek(&vault, &key).await.is(200);
    for target in [at.rotate(), at.rotate_alias()] {
        let refused = ada.post_empty(&target).await.is_problem(400);
        assert!(
            refused
                .str("/detail")
                .starts_with("Value must be CMEK-encrypted")
        );
        let plain = json!({ "new_value": "plain" });
        let refused = ada.post(&target, plain).await.is_invalid("new_value");
        assert_eq!(refused.str("/detail"), "Value must be CMEK-encrypted");
        let blob = json!({ "new_value": key.encrypt("next") });
        ada.post(&target, blob).await.is(201);
    }
    let read = ada.get(&at.secret()).await.is(200);
    assert_eq!(key.decrypt(&read.str("/value")), Some("next".to_owned()));
    assert_eq!(read.get("/version"), 3);
    assert_eq!(read.get("/cmek_encrypted"), true);
}

#[both_stores]
async fn cry_09_disabled_values_that_are_there_stay_encrypted_and_say_so(app: TestApp) {
    let ada = app.owner().await;
    let (vault, key) = (ada.vault("prod").await, CustomerKey::of(1));
    let at = Place::new(&vault, "a");
    let refused = ada.delete(&about(&vault)).await.is_problem(400);
    assert_eq!(refused.str("/detail"), "CMEK is not enabled on this vault");
    ada.enable_cmek(&vault, &key).await.is(200);
    at.put(&ada, &key.encrypt("one"), json!({})).await.is(201);

    let disabled = ada.delete(&about(&vault)).await.is(200);
    assert_eq!(disabled.get("/cmek_enabled"), false);
    assert_eq!(disabled.get("/cmek_fingerprint"), Value::Null);
    assert_eq!(said(&ada, &vault).await, (false, None));
    at.put(&ada, "plain again", json!({})).await.is(201);
    assert_eq!(
        ada.get(&at.secret()).await.is(200).get("/cmek_encrypted"),
        false
    );
    let old = ada.get(&at.version(1)).await.is(200);
    assert_eq!(old.get("/cmek_encrypted"), true);
    assert_eq!(old.str("/cmek_fingerprint"), key.fingerprint());
    assert_eq!(key.decrypt(&old.str("/value")), Some("one".to_owned()));
    ada.delete(&about(&vault)).await.is_problem(400);
    // another key may come now, and each version goes on telling its own
    let other = CustomerKey::of(2);
    ada.enable_cmek(&vault, &other).await.is(200);
    let old = ada.get(&at.version(1)).await.is(200);
    assert_eq!(old.str("/cmek_fingerprint"), key.fingerprint());
}

#[both_stores]
async fn cry_09_a_fingerprint_is_64_digits_and_no_key(app: TestApp) {
    let ada = app.owner().await;
    let (vault, key) = (ada.vault("prod").await, CustomerKey::of(0xab));
    let fingerprint = key.fingerprint();
    for bad in [
        json!(key.text()),
        json!(fingerprint.to_uppercase()),
        json!(&fingerprint[1..]),
        json!(format!("{fingerprint}0")),
        json!(format!(" {fingerprint}")),
        json!(""),
        json!(64),
        json!([fingerprint]),
        Value::Null,
    ] {
        let body = json!({ "fingerprint": bad });
        let refused = ada.post(&about(&vault), body).await;
        assert!(
            !refused
                .is_invalid("fingerprint")
                .text()
                .contains(key.text())
        );
    }
    ada.post_empty(&about(&vault)).await.is_problem(400);
    assert_eq!(said(&ada, &vault).await, (false, None));

    ada.enable_cmek(&vault, &key).await.is(200);
    let other = ada.enable_cmek(&vault, &CustomerKey::of(2)).await;
    other.is_problem(409);
    assert_eq!(said(&ada, &vault).await, (true, Some(fingerprint)));
}

/// Contract 10: business and enterprise have it; the platform's own organization is exempt.
#[both_stores]
async fn cry_09_the_plan_decides(app: TestApp) {
    app.owner().await;
    let eve = app.owner().await;
    let (vault, key) = (eve.vault("prod").await, CustomerKey::of(1));
    for (tier, status) in [
        ("free", 403),
        ("pro", 403),
        ("business", 200),
        ("enterprise", 200),
    ] {
        let sql = format!("UPDATE orgs SET plan = '{tier}' WHERE NOT is_platform");
        app.tamper(&sql).await;
        let answer = eve.enable_cmek(&vault, &key).await;
        if status == 200 {
            answer.is(200);
            continue;
        }
        let refused = answer.is_problem(status);
        let detail = "CMEK requires the Business or Enterprise plan";
        assert_eq!(refused.str("/detail"), detail, "{tier}");
        assert_eq!(app.last_event().await, "cmek.enable denied not_in_plan");
    }
    // who has it keeps it: a plan that ends locks nobody's values
    app.tamper("UPDATE orgs SET plan = 'free' WHERE NOT is_platform")
        .await;
    let at = Place::new(&vault, "a");
    at.put(&eve, &key.encrypt("one"), json!({})).await.is(201);
    let next = CustomerKey::of(2);
    eve.rotate_cmek(&vault, &key, &next).await.is(202);
    eve.delete(&about(&vault)).await.is(200);
}

#[both_stores]
async fn cry_09_people_who_manage_the_vault_and_nobody_else(app: TestApp) {
    let ada = app.owner().await;
    let (vault, key) = (ada.vault("prod").await, CustomerKey::of(1));
    let (bob, admin) = (ada.member("member").await, ada.member("admin").await);
    let agent = ada.new_agent(json!({ "name": "ci" })).await;
    for who in [&bob, &agent] {
        ada.grant(&vault, who, "**", &["read", "write", "delete", "rotate"])
            .await;
    }
    let theirs = agent.vault("own").await;
    let eve = app.owner().await;
    let new = CustomerKey::of(2);
    let job = ada.enable_cmek(&vault, &key).await.is(200);
    assert_eq!(job.str("/id"), vault);
    let job = ada.rotate_cmek(&vault, &key, &new).await.is(202).str("/id");
    let shown = |vault: &str| format!("/v1/vaults/{vault}/cmek-rotate/{job}");
    for (who, vault, status) in [
        (&bob, &vault, 403),
        (&agent, &vault, 403),
        (&agent, &theirs, 403),
        (&eve, &vault, 404),
        (&ada.with("a.b.c"), &vault, 401),
    ] {
        who.enable_cmek(vault, &new).await.is_problem(status);
        who.delete(&about(vault)).await.is_problem(status);
        who.rotate_cmek(vault, &new, &key).await.is_problem(status);
        who.get(&shown(vault)).await.is_problem(status);
    }
    assert_eq!(said(&ada, &vault).await, (true, Some(new.fingerprint())));
    admin.get(&shown(&vault)).await.is(200);
    admin.rotate_cmek(&vault, &new, &key).await.is(202);
    admin.delete(&about(&vault)).await.is(200);
}

/// The server itself writes there.
#[both_stores]
async fn ten_06_the_systems_own_vault_takes_no_customers_key(app: TestApp) {
    let ada = app.owner().await;
    ada.new_agent(json!({ "name": "ci" })).await;
    let found = ada.get("/v1/org/agent-keys-vault").await.is(200);
    let (vault, key) = (found.str("/vault_id"), CustomerKey::of(1));
    ada.enable_cmek(&vault, &key).await.is_problem(409);
    ada.delete(&about(&vault)).await.is_problem(409);
    let new = CustomerKey::of(2);
    ada.rotate_cmek(&vault, &key, &new).await.is_problem(409);
    assert_eq!(said(&ada, &vault).await, (false, None));
    ada.new_agent(json!({ "name": "another" })).await;
}

fn has_only(of: &Answer, expected: &[&str]) {
    let expected = expected.iter().copied().collect();
    assert_eq!(members(&of.json()), expected);
}

/// Contract 1.9: `job_id` and a value's `cmek_fingerprint` are beyond what generated clients know.
#[both_stores]
async fn cry_09_generated_clients_get_what_they_know(app: TestApp) {
    const JOB: [&str; 11] = [
        "id",
        "vault_id",
        "old_fingerprint",
        "new_fingerprint",
        "status",
        "total_secrets",
        "processed",
        "error",
        "started_at",
        "completed_at",
        "created_at",
    ];
    let ada = app.owner().await;
    let (vault, old, new) = (
        ada.vault("prod").await,
        CustomerKey::of(1),
        CustomerKey::of(2),
    );
    ada.enable_cmek(&vault, &old).await.is(200);
    let agent = ("user-agent", "OpenAPI-Generator/1.0.0/go");
    let rotated = ada
        .request("POST", &format!("/v1/vaults/{vault}/cmek-rotate"))
        .header(agent.0, agent.1)
        .header("x-cmek-old-key", old.text())
        .header("x-cmek-new-key", new.text())
        .json(&json!({ "new_fingerprint": new.fingerprint() }))
        .send()
        .await
        .is(202);
    has_only(&rotated, &JOB);
    let place = rotated.header("location").unwrap().to_owned();
    assert_eq!(
        place,
        format!("/v1/vaults/{vault}/cmek-rotate/{}", rotated.str("/id"))
    );
    let shown = ada.request("GET", &place).header(agent.0, agent.1);
    has_only(&shown.send().await.is(200), &JOB);
    let shown = ada.get(&place).await.is(200);
    assert_eq!(shown.str("/job_id"), shown.str("/id"));
    has_only(&shown, &[&JOB[..], &["job_id"]].concat());
}

/// TEN-03 and G6: a rotation is found in its own vault alone.
#[both_stores]
async fn ten_03_a_rotation_of_another_vault_is_not_there(app: TestApp) {
    let stage = Stage::set(&app).await;
    let other = stage.who.vault("second").await;
    let at = |vault: &str, job: &str| format!("/v1/vaults/{vault}/cmek-rotate/{job}");
    stage
        .who
        .get(&at(&stage.vault, &stage.job_id))
        .await
        .is(200);
    for (vault, job) in [
        (&other, stage.job_id.as_str()),
        (&stage.vault, "018f3a52-7d1c-7e11-9a55-3b7a2f9d4cff"),
        (&stage.vault, "no-id"),
    ] {
        stage.who.get(&at(vault, job)).await.is_problem(404);
    }
}
