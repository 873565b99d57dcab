//! Which recorded accesses a change of policies would flip (ours).

use crate::scene::{Scene, merged, to};
use oneclaw_testkit::{Answer, TestApp, both_stores};
use serde_json::{Value, json};

async fn run(scene: &Scene, body: Value) -> Answer {
    scene.ada.post(&scene.at("access/dry-run"), body).await
}

/// What flips, as `path permission becomes count`, sorted.
fn flips(told: &Answer) -> Vec<String> {
    let rows = told.get("/flips");
    let row = |flip: &Value| {
        let was = if flip["becomes"] == "allowed" {
            "denied"
        } else {
            "allowed"
        };
        assert_eq!(flip["was"], was);
        assert_eq!(flip["ip"], "127.0.0.1");
        let text = |name: &str| flip[name].as_str().unwrap_or_default().to_owned();
        format!(
            "{} {} {} {}",
            text("path"),
            text("permission"),
            text("becomes"),
            flip["count"]
        )
    };
    let mut rows: Vec<_> = rows.as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

/// Bob reads twice, writes once, and is refused elsewhere; another vault sees him too.
async fn lived(app: &TestApp) -> (Scene, String) {
    let scene = Scene::with(app, &["app/db", "web/key"]).await;
    let id = scene
        .for_bob(json!({ "secret_path_pattern": "app/**", "permissions": ["read", "write"] }))
        .await;
    let other = scene.ada.vault("other").await;
    scene.ada.keep(&other, "app/db", "not of this vault").await;
    scene.ada.grant(&other, &scene.bob, "**", &["read"]).await;
    for (path, status) in [("app/db", 200), ("app/db", 200), ("web/key", 403)] {
        assert_eq!(scene.bob_reads(path).await, status);
    }
    scene
        .bob
        .get(&scene.at("secret-versions/app/db"))
        .await
        .is(200);
    scene.bob.keep(&scene.vault, "app/db", "changed").await;
    scene.bob.read(&other, "app/db").await.is(200);
    scene.bob.read(&other, "web/key").await.is_problem(404);
    (scene, id)
}

#[both_stores]
async fn one_more_policy_lets_through_what_it_would(app: TestApp) {
    let (scene, _) = lived(&app).await;
    let more = json!({ "secret_path_pattern": "web/*", "permissions": ["read"] });
    let told = run(&scene, json!({ "create": merged(to(&scene.bob), more) }))
        .await
        .is(200);
    assert_eq!(flips(&told), ["web/key read allowed 1"]);
    assert_eq!(told.get("/principal_id"), scene.bob.user_id.as_str());
    assert_eq!(told.get("/principal_type"), "user");
    assert_eq!(told.get("/examined"), 5, "of this vault alone");
    assert_eq!(told.get("/complete"), true);
    assert_eq!(told.get("/since"), "2026-01-30T12:00:00Z");
    assert_eq!(told.get("/flips/0/last_at"), "2026-03-01T12:00:00Z");
    let deny = json!({ "secret_path_pattern": "**", "permissions": ["*"], "effect": "deny" });
    let told = run(&scene, json!({ "create": merged(to(&scene.bob), deny) }))
        .await
        .is(200);
    assert_eq!(
        flips(&told),
        ["app/db read denied 3", "app/db write denied 1"]
    );
    // a priority below changes nothing
    let id = scene
        .for_bob(json!({ "secret_path_pattern": "app/**", "permissions": ["*"], "priority": 1 }))
        .await;
    let deny = json!({ "secret_path_pattern": "**", "permissions": ["*"], "effect": "deny" });
    let told = run(&scene, json!({ "create": merged(to(&scene.bob), deny) }))
        .await
        .is(200);
    assert!(flips(&told).is_empty());
    scene.ada.delete(&scene.policy(&id)).await.is(204);
}

#[both_stores]
async fn a_change_and_a_removal_stop_what_they_would(app: TestApp) {
    let (scene, id) = lived(&app).await;
    for (proposal, expected) in [
        (
            json!({ "delete": { "policy_id": id } }),
            &["app/db read denied 3", "app/db write denied 1"][..],
        ),
        (
            json!({ "update": { "policy_id": id, "permissions": ["read"] } }),
            &["app/db write denied 1"],
        ),
        (
            json!({ "update": { "policy_id": id, "permissions": ["write"] } }),
            &["app/db read denied 3"],
        ),
        (
            json!({ "update": { "policy_id": id, "conditions": { "ip_allowlist": ["192.0.2.1"] } } }),
            &["app/db read denied 3", "app/db write denied 1"],
        ),
        (
            json!({ "update": { "policy_id": id, "conditions": { "ip_allowlist": ["127.0.0.0/8"] } } }),
            &[],
        ),
        (json!({ "update": { "policy_id": id } }), &[]),
    ] {
        let told = run(&scene, proposal.clone()).await.is(200);
        assert_eq!(flips(&told), expected, "{proposal}");
    }
}

#[both_stores]
async fn what_it_foretells_comes_true(app: TestApp) {
    let (scene, id) = lived(&app).await;
    let robot = scene.ada.new_agent(json!({ "name": "robot" })).await;
    let grant = scene
        .ada
        .grant(&scene.vault, &robot, "app/db", &["read"])
        .await;
    robot.read(&scene.vault, "app/db").await.is(200);
    robot.read(&scene.vault, "web/key").await.is_problem(403);
    for (who, id) in [(&scene.bob, &id), (&robot, &grant)] {
        let told = run(&scene, json!({ "delete": { "policy_id": id } }))
            .await
            .is(200);
        assert_eq!(told.get("/principal_type"), who.principal_type());
        let flipped = flips(&told);
        assert!(
            flipped
                .iter()
                .any(|flip| flip.starts_with("app/db read denied")),
            "{flipped:?}"
        );
        scene.ada.delete(&scene.policy(id)).await.is(204);
        who.read(&scene.vault, "app/db").await.is_problem(403);
    }
}

#[both_stores]
async fn days_and_events_are_bounded_and_it_says_when_that_was_not_all(app: TestApp) {
    let (scene, id) = lived(&app).await;
    let proposal = || json!({ "delete": { "policy_id": id } });
    // the login lasts no ten days: a key does
    let (key, _) = scene.ada.api_key(json!({ "name": "k" })).await;
    let ada = scene.ada.with(&key);
    app.clock().advance(10 * 86_400);
    let ask = async |who: &oneclaw_testkit::Person, days: i64| {
        let body = merged(proposal(), json!({ "days": days }));
        who.post(&scene.at("access/dry-run"), body).await
    };
    assert_eq!(ask(&ada, 11).await.is(200).get("/examined"), 5);
    assert_eq!(ask(&ada, 10).await.is(200).get("/examined"), 5);
    assert_eq!(ask(&ada, 9).await.is(200).get("/examined"), 0);
    for bad in [0, -1, 91] {
        ask(&ada, bad).await.is_invalid("days");
    }
    let small = app
        .instance_with(|services, _| services.dry_run_events = 4)
        .await;
    let told = ask(&ada.at(&small), 30).await.is(200);
    assert_eq!(told.get("/complete"), false);
    assert!(told.get("/examined").as_i64().unwrap() <= 4);
    let enough = app
        .instance_with(|services, _| services.dry_run_events = 100)
        .await;
    let told = ask(&ada.at(&enough), 30).await.is(200);
    assert_eq!(told.get("/complete"), true);
}

#[both_stores]
async fn it_says_when_not_all_that_would_flip_is_told(app: TestApp) {
    let (scene, id) = lived(&app).await;
    for (room, told_flips, complete) in [(1, 1, false), (2, 2, true)] {
        let small = app
            .instance_with(|services, _| services.dry_run_flips = room)
            .await;
        let ada = scene.ada.at(&small);
        let proposal = json!({ "delete": { "policy_id": id } });
        let told = ada
            .post(&scene.at("access/dry-run"), proposal)
            .await
            .is(200);
        assert_eq!(flips(&told).len(), told_flips);
        assert_eq!(told.get("/complete"), complete);
        assert_eq!(told.get("/examined"), 5, "what is not told was looked at");
    }
}

#[both_stores]
async fn fld_08_dry_runs_beyond_those_that_may_be_at_once_are_turned_away(app: TestApp) {
    let (scene, id) = lived(&app).await;
    let proposal = json!({ "delete": { "policy_id": id } });
    let target = scene.at("access/dry-run");
    let full = app
        .instance_with(|services, _| services.dry_runs_at_once = 0)
        .await;
    let turned = scene.ada.at(&full).post(&target, proposal.clone()).await;
    let turned = turned.is_problem(429);
    assert_eq!(turned.header("retry-after"), Some("1"));
    assert_eq!(app.last_event().await, "policy.dry_run denied rate_limited");
    // who may not try is told so, full or not
    let bob = scene.bob.at(&full).post(&target, proposal.clone()).await;
    bob.is_problem(403);
    // a run that is over, however it ended, is none under way
    let one = app
        .instance_with(|services, _| services.dry_runs_at_once = 1)
        .await;
    let ada = scene.ada.at(&one);
    for _ in 0..3 {
        let wrong = json!({ "delete": { "policy_id": scene.vault } });
        ada.post(&target, wrong)
            .await
            .is_invalid("delete.policy_id");
        ada.post(&target, proposal.clone()).await.is(200);
    }
    let runs = (0..20).map(|_| ada.post(&target, proposal.clone()));
    let answers = futures_util::future::join_all(runs).await;
    let allowed = answers.iter().filter(|answer| answer.status == 200);
    assert!(allowed.count() >= 1);
    for answer in answers {
        assert!([200, 429].contains(&answer.status), "{}", answer.text());
    }
    ada.post(&target, proposal).await.is(200);
}

#[both_stores]
async fn pol_10_a_dry_run_writes_nothing_and_shows_no_other_vault(app: TestApp) {
    let (scene, id) = lived(&app).await;
    let tables = [
        "policies",
        "agents",
        "users",
        "vaults",
        "secrets",
        "secret_versions",
    ];
    let counts = async || {
        let mut counts = Vec::new();
        for table in tables {
            counts.push(app.count(table).await);
        }
        counts
    };
    let before = (
        counts().await,
        scene.ada.get(&scene.policies()).await.text(),
    );
    let epoch = "SELECT CAST(authz_epoch AS TEXT) AS text FROM orgs ORDER BY authz_epoch";
    let epochs = app.rows(epoch).await;
    let events = app.count("audit_events").await;
    let everything = json!({ "secret_path_pattern": "**", "permissions": ["*"] });
    for proposal in [
        json!({ "create": merged(to(&scene.bob), everything) }),
        json!({ "update": { "policy_id": id, "effect": "deny" } }),
        json!({ "delete": { "policy_id": id } }),
    ] {
        let told = run(&scene, proposal).await.is(200);
        assert!(!told.text().contains("not of this vault"));
        assert_eq!(app.last_event().await, "policy.dry_run ok");
    }
    assert_eq!(
        app.count("audit_events").await,
        events + 3,
        "one for each run"
    );
    assert_eq!(
        (
            counts().await,
            scene.ada.get(&scene.policies()).await.text()
        ),
        before
    );
    assert_eq!(app.rows(epoch).await, epochs);
}

#[both_stores]
async fn pol_10_only_who_manages_the_vault_may_try(app: TestApp) {
    let (scene, id) = lived(&app).await;
    let own = scene.bob.vault("bobs").await;
    let proposal = json!({ "delete": { "policy_id": id } });
    let target = scene.at("access/dry-run");
    scene
        .bob
        .post(&target, proposal.clone())
        .await
        .is_problem(403);
    assert_eq!(app.last_event().await, "policy.dry_run denied not_manager");
    // not through a vault of one's own either
    let elsewhere = format!("/v1/vaults/{own}/access/dry-run");
    let told = scene.bob.post(&elsewhere, proposal.clone()).await;
    told.is_invalid("delete.policy_id");
    let everything = json!({ "secret_path_pattern": "**", "permissions": ["*"] });
    let create = json!({ "create": merged(to(&scene.bob), everything) });
    let told = scene.bob.post(&elsewhere, create).await.is(200);
    assert_eq!(
        (told.get("/examined"), told.get("/flips")),
        (json!(0), json!([]))
    );
    let stranger = app.owner().await;
    stranger.post(&target, proposal).await.is_problem(404);
}

#[both_stores]
async fn bad_proposals_are_refused_field_by_field(app: TestApp) {
    let (scene, id) = lived(&app).await;
    let bob = to(&scene.bob);
    let good = merged(
        bob.clone(),
        json!({ "secret_path_pattern": "**", "permissions": ["read"] }),
    );
    let create = |more: Value| json!({ "create": merged(good.clone(), more) });
    let update = |more: Value| json!({ "update": merged(json!({ "policy_id": id }), more) });
    for (body, field) in [
        (json!({}), "body"),
        (
            json!({ "create": good, "delete": { "policy_id": id } }),
            "body",
        ),
        (json!({ "create": "all" }), "create"),
        (json!({ "delete": [id] }), "delete"),
        (create(json!({ "permissions": [] })), "create.permissions"),
        (
            create(json!({ "principal_id": "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c10" })),
            "create.principal_id",
        ),
        (
            create(json!({ "conditions": { "x": 1 } })),
            "create.conditions",
        ),
        (
            create(json!({ "conditions": { "environment_in": ["prod"] } })),
            "create.conditions",
        ),
        (
            create(json!({ "expires_at": "2026-03-01T12:00:00Z" })),
            "create.expires_at",
        ),
        (update(json!({ "priority": -1 })), "update.priority"),
        (
            update(json!({ "secret_path_pattern": "x" })),
            "update.secret_path_pattern",
        ),
        (update(json!({ "policy_id": "x" })), "update.policy_id"),
        (json!({ "update": { "priority": 1 } }), "update.policy_id"),
        (json!({ "delete": {} }), "delete.policy_id"),
        (
            json!({ "delete": { "policy_id": "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c10" } }),
            "delete.policy_id",
        ),
        (
            json!({ "delete": { "policy_id": id }, "days": 1.5 }),
            "days",
        ),
    ] {
        run(&scene, body).await.is_invalid(field);
    }
}
