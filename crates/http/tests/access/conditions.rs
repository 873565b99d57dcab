//! When and from where a policy holds.

use crate::scene::Scene;
use oneclaw_domain::Timestamp;
use oneclaw_services::AuditRequest;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

fn at(app: &TestApp, moment: &str) {
    app.clock().set(Timestamp::parse(moment).unwrap());
}

#[both_stores]
async fn pol_04_what_is_not_understood_or_never_true_is_refused(app: TestApp) {
    let scene = Scene::of(&app).await;
    let id = scene.for_bob(json!({})).await;
    for bad in [
        json!({ "ip_allowlst": ["10.0.0.1"] }),
        json!({ "IP_ALLOWLIST": [] }),
        json!({ "cron_expr": "* * * * *" }),
        json!({ "ip_allowlist": ["10.0.0.0/33"] }),
        json!({ "ip_allowlist": ["localhost"] }),
        json!({ "ip_allowlist": "10.0.0.1" }),
        json!({ "ip_allowlist": null }),
        json!({ "time_window": { "timezone": "Mars/X" } }),
        json!({ "time_window": { "start_hour": 25 } }),
        json!({ "time_window": {} }),
        json!({ "time_window": { "start_hour": 9, "end_hour": 9 } }),
        json!({ "time_window": { "days_of_week": [] } }),
        json!({ "time_window": { "after": "9" } }),
        json!({ "environment_in": [] }),
        json!({ "n": 12_345_678_901_234_567_890_u64 }),
        json!([]),
        json!("always"),
    ] {
        let more = json!({ "conditions": bad });
        let asked = scene.ada.ask_policy(&scene.vault, &scene.bob, &more).await;
        asked.is_invalid("conditions");
        scene
            .ada
            .put(&scene.policy(&id), more)
            .await
            .is_invalid("conditions");
    }
    for bad in [
        json!({ "role": "admin" }),
        json!({ "principal_role": [] }),
        json!({ "principal_role": "root" }),
    ] {
        let more = json!({ "attribute_conditions": bad });
        let asked = scene.ada.ask_policy(&scene.vault, &scene.bob, &more).await;
        asked.is_invalid("attribute_conditions");
        let changed = scene.ada.put(&scene.policy(&id), more).await;
        changed.is_invalid("attribute_conditions");
    }
    assert_eq!(app.count("policies").await, 1);
}

#[both_stores]
async fn pol_04_a_window_holds_by_the_clock_of_its_zone(app: TestApp) {
    // one after the other: the server's time does not go back
    for (window, moments) in [
        (
            json!({ "start_hour": 22, "end_hour": 6 }),
            &[
                ("2026-03-02T21:59:59Z", 403),
                ("2026-03-02T22:00:00Z", 200),
                ("2026-03-03T05:59:59.999Z", 200),
                ("2026-03-03T06:00:00Z", 403),
            ][..],
        ),
        // Friday the 20th at 23:30 UTC is Saturday in Berlin
        (
            json!({ "days_of_week": [5], "timezone": "Europe/Berlin" }),
            &[
                ("2026-03-19T23:30:00Z", 200),
                ("2026-03-20T12:00:00Z", 200),
                ("2026-03-20T23:30:00Z", 403),
            ],
        ),
        // the clocks of Berlin go forward on 2026-03-29
        (
            json!({ "after": "09:00", "before": "17:00", "timezone": "Europe/Berlin" }),
            &[
                ("2026-03-28T07:59:59Z", 403),
                ("2026-03-28T08:00:00Z", 200),
                ("2026-03-29T07:00:00Z", 200),
                ("2026-03-29T15:00:00Z", 403),
            ],
        ),
    ] {
        at(&app, moments[0].0);
        let scene = Scene::with(&app, &["a"]).await;
        let conditions = json!({ "conditions": { "time_window": window } });
        scene.for_bob(conditions).await;
        let (key, _) = scene.bob.api_key(json!({ "name": "k" })).await;
        for (moment, expected) in moments {
            at(&app, moment);
            let read = scene.bob.with(&key).read(&scene.vault, "a").await;
            assert_eq!(read.status, *expected, "{window} at {moment}");
        }
    }
}

#[both_stores]
async fn pol_04_an_empty_list_of_addresses_never_holds(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let made = json!({ "conditions": { "ip_allowlist": [] } });
    let allow = scene.for_bob(made.clone()).await;
    assert_eq!(scene.bob_reads("a").await, 403);
    scene
        .ada
        .put(&scene.policy(&allow), json!({ "conditions": {} }))
        .await
        .is(200);
    assert_eq!(scene.bob_reads("a").await, 200);
    // neither does a deny
    let deny = json!({ "conditions": { "ip_allowlist": [] }, "effect": "deny" });
    scene.for_bob(deny).await;
    assert_eq!(scene.bob_reads("a").await, 200);
}

#[both_stores]
async fn pol_04_roles_and_environments_are_whats_asked_for(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let id = scene
        .for_bob(json!({ "attribute_conditions": { "principal_role": "admin" } }))
        .await;
    assert_eq!(scene.bob_reads("a").await, 403);
    let change = json!({ "attribute_conditions": { "principal_role": ["admin", "member"] } });
    scene.ada.put(&scene.policy(&id), change).await.is(200);
    assert_eq!(scene.bob_reads("a").await, 200);
    let prod = scene
        .ada
        .new_agent(json!({ "name": "p", "environment": "prod" }))
        .await;
    let test = scene
        .ada
        .new_agent(json!({ "name": "t", "environment": "test" }))
        .await;
    let none = scene.ada.new_agent(json!({ "name": "n" })).await;
    for (agent, expected) in [(&prod, 200), (&test, 403), (&none, 403)] {
        let more = json!({ "conditions": { "environment_in": ["prod", "staging"] } });
        scene
            .ada
            .ask_policy(&scene.vault, agent, &more)
            .await
            .is(201);
        let read = agent.read(&scene.vault, "a").await;
        assert_eq!(read.status, expected);
    }
}

#[both_stores]
async fn pol_05_the_peers_address_decides_and_no_header(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let id = scene.for_bob(json!({})).await;
    let proxied = app
        .instance_with(|_, http| http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
        .await;
    let bob_there = scene.bob.at(&proxied);
    let target = scene.at("secrets/a");
    for (list, forwarded, direct, behind) in [
        (json!(["127.0.0.1"]), "10.1.2.3", 200, 403),
        (json!(["10.0.0.0/8"]), "10.1.2.3", 403, 200),
        (json!(["10.0.0.0/8"]), "::ffff:10.1.2.3", 403, 200),
        (json!(["10.0.0.0/8"]), "10.1.2.3, 192.0.2.1", 403, 403),
        (json!(["2001:db8::/32"]), "2001:DB8::7", 403, 200),
        (json!(["192.0.2.1", "::1"]), "192.0.2.2", 403, 403),
    ] {
        let change = json!({ "conditions": { "ip_allowlist": list } });
        scene.ada.put(&scene.policy(&id), change).await.is(200);
        for (who, expected) in [(&scene.bob, direct), (&bob_there, behind)] {
            let request = who
                .request("GET", &target)
                .header("x-forwarded-for", forwarded);
            let read = request.send().await;
            assert_eq!(read.status, expected, "{list} {forwarded}: {}", read.text());
        }
    }
}

/// Embedded use: the services are called without any address.
#[both_stores]
async fn pol_05_an_unknown_address_fails_closed(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let services = app.services();
    let caller = || {
        services
            .auth
            .authenticate(Some(&scene.bob.token), AuditRequest::default())
    };
    let vault = oneclaw_domain::VaultId::parse(&scene.vault).unwrap();
    let path = || oneclaw_domain::SecretPath::parse("a").unwrap();
    let known = oneclaw_services::Known::Nothing;
    let allow = scene
        .for_bob(json!({ "conditions": { "ip_allowlist": ["0.0.0.0/0", "::/0"] } }))
        .await;
    assert_eq!(scene.bob_reads("a").await, 200);
    let bob = caller().await.unwrap();
    assert!(
        services
            .secrets
            .reveal(vault, path(), &known, &bob)
            .await
            .is_err()
    );
    scene
        .ada
        .put(&scene.policy(&allow), json!({ "conditions": {} }))
        .await
        .is(200);
    assert!(
        services
            .secrets
            .reveal(vault, path(), &known, &bob)
            .await
            .is_ok()
    );
    let deny = json!({ "conditions": { "ip_allowlist": ["192.0.2.1"] }, "effect": "deny" });
    scene.for_bob(deny).await;
    assert_eq!(scene.bob_reads("a").await, 200);
    assert!(
        services
            .secrets
            .reveal(vault, path(), &known, &bob)
            .await
            .is_err()
    );
}

#[both_stores]
async fn pol_06_a_policy_ends_at_its_second_without_any_job(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    scene
        .for_bob(json!({ "expires_at": "2026-03-01T12:10:00Z" }))
        .await;
    for (moment, expected) in [
        ("2026-03-01T12:00:00Z", 200),
        ("2026-03-01T12:09:59.999Z", 200),
        ("2026-03-01T12:10:00Z", 403),
        ("2026-03-01T12:10:01Z", 403),
    ] {
        at(&app, moment);
        assert_eq!(scene.bob_reads("a").await, expected, "{moment}");
        let listed = scene.bob.get(&scene.at("secrets")).await;
        assert_eq!(listed.status, expected, "{moment}");
        let vaults = scene.bob.get("/v1/vaults").await.is(200);
        assert_eq!(
            vaults.get("/vaults/0") != Value::Null,
            expected == 200,
            "{moment}"
        );
    }
    // the row is still there: nothing but time ended it
    assert_eq!(app.count("policies").await, 1);
}
