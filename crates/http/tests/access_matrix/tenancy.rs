//! Another organization's things answer as things that are not there, byte for byte (G6).

use crate::cast::{Cast, Role, theatre};
use oneclaw_http::{Endpoint, TABLE};
use oneclaw_testkit::{Answer, Stage, StoreKind, TestApp, both_stores};
use serde_json::{Value, json};

/// Tables that a refusal may write to (G2): what happened, and what is counted.
const MOVING: [&str; 4] = ["audit_events", "attempts", "usage_events", "usage_months"];

/// What these open is open to whoever has the link or token, and belongs to no organization.
const OPEN: [&str; 4] = [
    "getEnrollmentStatus",
    "accessShare",
    "accessShareByPost",
    "previewShare",
];

/// Endpoints whose path names something.
fn named() -> impl Iterator<Item = &'static Endpoint> {
    let all = TABLE.iter().flat_map(|rows| rows.iter());
    all.filter(|endpoint| endpoint.path.contains("_id}"))
}

/// What differs from answer to answer: ids, times of day, and how much was asked this month.
const OF_EACH: [&str; 4] = [
    "x-request-id",
    "date",
    "x-ratelimit-requests-used",
    "x-ratelimit-requests-percent",
];

/// Everything that an answer says, but what differs from answer to answer.
pub(crate) fn said(answer: &Answer) -> String {
    let id = answer.header("x-request-id").unwrap();
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !OF_EACH.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    headers.sort();
    let body = answer.text().replace(id, "ID");
    format!("{} {headers:?} {body}", answer.status)
}

/// How many rows each table has, of those that a refusal must not touch.
async fn rows(app: &TestApp) -> Vec<(String, i64)> {
    let tables = match app.kind() {
        StoreKind::Sqlite => {
            "SELECT name AS text FROM sqlite_master WHERE type = 'table' ORDER BY 1"
        }
        StoreKind::Postgres => {
            "SELECT tablename AS text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        }
    };
    let mut counts = Vec::new();
    for table in app.rows(tables).await {
        if !MOVING.contains(&table.as_str()) {
            let count = app.count(&table).await;
            counts.push((table, count));
        }
    }
    assert!(counts.len() > 10, "{counts:?}");
    counts
}

/// Every route that names something x everybody: what is another organization's answers as what
/// nobody has, and nothing is changed by having asked.
#[both_stores]
async fn ten_01_another_organizations_things_answer_like_random_ids(app: TestApp) {
    app.owner().await;
    let at = theatre(&app).await;
    let cast = Cast::gather(&app, &at).await;
    let theirs = Stage::set(&at).await;
    let before = rows(&app).await;
    let mut probes = 0;
    for endpoint in named() {
        for role in Role::ALL {
            let own = cast.seen_by(role);
            let theirs = Stage {
                who: own.who,
                ..theirs.clone()
            };
            let nothing = theirs.of_nothing();
            let asked = cast.call(role, endpoint, &theirs).await;
            let random = cast.call(role, endpoint, &nothing).await;
            if endpoint.id == "getSharePage" {
                assert_eq!(said(&asked.is(200)), said(&random));
                continue;
            }
            if OPEN.contains(&endpoint.id) {
                random.is_problem(404);
                continue;
            }
            assert_eq!(said(&asked), said(&random), "{}: {role:?}", endpoint.id);
            let expected: &[u16] = match role {
                Role::Anonymous | Role::RemovedMember | Role::DeactivatedAgent => &[401],
                // whatever is there, they do not run the installation
                _ if endpoint.path.starts_with("/admin/") => &[403],
                Role::Owner | Role::OwnerElsewhere => &[404],
                _ => &[403, 404],
            };
            assert!(
                expected.contains(&asked.status),
                "{}: {role:?}",
                endpoint.id
            );
            probes += 1;
        }
    }
    assert!(probes >= 250, "{probes}");
    assert_eq!(rows(&app).await, before);
    let read = theirs.who.read(&theirs.vault, "db/password").await.is(200);
    assert_eq!(read.str("/value"), "kept on every stage");
    assert_eq!(read.get("/version"), 1);
}

/// Neither does a list show what belongs to others.
#[both_stores]
async fn ten_01_lists_show_ones_own_organization_alone(app: TestApp) {
    let stage = Stage::set(&app).await;
    let eve = app.owner().await;
    for (target, list, of_owner, of_eve) in [
        ("/v1/vaults", "/vaults", 2, 0),
        ("/v1/auth/api-keys", "/keys", 1, 0),
        ("/v1/agents", "/agents", 1, 0),
        ("/v1/org/members", "/members", 4, 1),
        ("/v1/org/invites", "/invites", 1, 0),
        ("/v1/security/ip-rules", "/rules", 1, 0),
        ("/v1/shares/outbound", "/shares", 1, 0),
        ("/v1/shares/inbound", "/shares", 1, 0),
    ] {
        let count = |list: Value| list.as_array().map(Vec::len);
        let theirs = stage.who.get(target).await.is(200).get(list);
        assert_eq!(count(theirs), Some(of_owner), "{target}");
        let own = eve.get(target).await.is(200).get(list);
        assert_eq!(count(own), Some(of_eve), "{target}");
    }
}

/// What is counted and limited in one organization does not depend on what another has.
#[both_stores]
async fn ten_08_no_answer_depends_on_another_organization(app: TestApp) {
    app.owner().await;
    let (busy, idle) = (Stage::set(&app).await, app.owner().await);
    app.tamper("UPDATE orgs SET plan = 'free'").await;
    busy.who.vault("second").await;
    busy.who.vault("third").await;
    for _ in 0..2 {
        idle.vault("mine").await;
    }
    let full = busy
        .who
        .post("/v1/vaults", json!({ "name": "one more" }))
        .await;
    full.is_problem(403);
    idle.vault("mine").await;
    let (one, two) = (busy.who.clone(), idle);
    let mut answers = [Vec::new(), Vec::new()];
    for (who, answers) in [one, two].iter().zip(&mut answers) {
        let own = format!("/v1/org/members/{}", who.user_id);
        let taken = json!({ "email": busy.who.email, "password": "Correct-Horse-7-Battery" });
        let requests = [
            // 403: the plan is full; 404; 409: the last owner, an address that is taken
            who.post("/v1/vaults", json!({ "name": "one more" }))
                .await
                .is_problem(403),
            who.read(&busy.of_nothing().vault, "db/password")
                .await
                .is_problem(404),
            who.delete(&own).await.is_problem(409),
            who.post("/v1/auth/signup", taken).await.is_problem(409),
            who.patch(&own, json!({ "role": "member" }))
                .await
                .is_problem(409),
        ];
        answers.extend(requests.iter().map(said));
    }
    let [one, two] = answers;
    assert_eq!(one, two);
}
