//! Another organization's things answer as things that are not there, byte for byte (G6).

use crate::stage::{Stage, actions};
use oneclaw_testkit::{Answer, TestApp, both_stores};

/// Everything that an answer says, but the request's id and the time of day.
fn said(answer: &Answer) -> String {
    let id = answer.header("x-request-id").unwrap();
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name != "x-request-id" && name != "date")
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    headers.sort();
    let body = answer.text().replace(id, "ID");
    format!("{} {headers:?} {body}", answer.status)
}

#[both_stores]
async fn g6_another_organizations_things_answer_like_random_ids(app: TestApp) {
    let stage = Stage::set(&app).await;
    let eve = app.owner().await;
    let random = Stage {
        who: eve.clone(),
        vault: "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c10".to_owned(),
        key_id: "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c11".to_owned(),
        api_key: String::new(),
    };
    let tables = ["vaults", "secrets", "secret_versions", "api_keys"];
    let mut before = Vec::new();
    for table in tables {
        before.push(app.count(table).await);
    }
    let named = actions().filter(|endpoint| endpoint.path.contains("_id}"));
    let mut probes = 0;
    for endpoint in named {
        let theirs = stage.request(endpoint, &eve).send().await.is_problem(404);
        let nobodys = random.request(endpoint, &eve).send().await.is_problem(404);
        assert_eq!(said(&theirs), said(&nobodys), "{}", endpoint.id);
        probes += 1;
    }
    assert!(probes >= 12, "{probes}");
    for (table, count) in tables.into_iter().zip(before) {
        assert_eq!(app.count(table).await, count, "{table}");
    }
    let read = stage.who.read(&stage.vault, "db/password").await.is(200);
    assert_eq!(read.str("/value"), "kept on every stage");
    assert_eq!(read.get("/version"), 1);
}

/// Neither does a list show what belongs to others.
#[both_stores]
async fn g6_lists_show_ones_own_organization_alone(app: TestApp) {
    let stage = Stage::set(&app).await;
    let eve = app.owner().await;
    for (target, list) in [("/v1/vaults", "/vaults"), ("/v1/auth/api-keys", "/keys")] {
        let theirs = stage.who.get(target).await.is(200).get(list);
        assert_eq!(theirs.as_array().map(Vec::len), Some(1), "{target}");
        let own = eve.get(target).await.is(200).get(list);
        assert_eq!(own.as_array().map(Vec::len), Some(0), "{target}");
    }
}
