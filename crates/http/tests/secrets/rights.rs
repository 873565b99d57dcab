//! Who may do what to a secret, as far as one's own organization and limited keys tell.

use crate::place::Place;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;

/// What a credential may do: in the order of `tried`.
type Rights = [bool; 6];

/// Reading, listing versions, writing, rotating, disabling, deleting: whether each was allowed.
async fn tried(owner: &Person, limited: &Person, at: &Place) -> Rights {
    at.put(owner, "to be tried", json!({})).await.is(201);
    let put = at.put(owner, "to be tried", json!({})).await.is(201);
    let latest = put.get("/version").as_i64().unwrap();
    let answers = [
        (limited.get(&at.secret()).await, 200),
        (limited.get(&at.versions()).await, 200),
        (at.put(limited, "v", json!({})).await, 201),
        (limited.post_empty(&at.rotate()).await, 201),
        (limited.post_empty(&at.disable(latest)).await, 204),
        (limited.delete(&at.secret()).await, 204),
    ];
    answers.map(|(answer, success)| match answer.status {
        403 => {
            answer.is_problem(403);
            false
        }
        _ => answer.is(success).status == success,
    })
}

#[both_stores]
async fn sec_04_each_operation_asks_for_its_own_permission(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let cases: [(&[&str], Rights); 9] = [
        (&[], [true; 6]),
        (&["secrets:read"], [true, true, false, false, false, false]),
        (
            &["secrets:delete"],
            [false, false, false, false, true, true],
        ),
        (&["secret.write"], [false, false, true, true, true, true]),
        (&["secrets:*"], [true; 6]),
        (&["secrets:read", "secrets:write"], [true; 6]),
        (&["vaults:*"], [false; 6]),
        // neither a path nor a word that nobody understands means "everything"
        (&["db/**"], [false; 6]),
        (&["secrets"], [false; 6]),
    ];
    for (index, (scopes, expected)) in cases.into_iter().enumerate() {
        let (key, _) = ada.api_key(json!({ "name": "k", "scopes": scopes })).await;
        let body = json!({ "api_key": key });
        let exchanged = app.post("/v1/auth/api-key-token", body).await.is(200);
        for (way, credential) in [("key", key), ("token", exchanged.str("/access_token"))] {
            let at = Place::new(&vault, &format!("db/{index}-{way}"));
            let limited = ada.with(&credential);
            let rights = tried(&ada, &limited, &at).await;
            assert_eq!(rights, expected, "{scopes:?} as {way}");
        }
    }
}

#[both_stores]
async fn sec_04_who_is_refused_changes_nothing_and_learns_nothing(app: TestApp) {
    let ada = app.owner().await;
    let at = Place::new(&ada.vault("prod").await, "db/password");
    at.put(&ada, "swordfish", json!({})).await.is(201);
    let missing = Place::new(&at.vault, "db/no-such-thing");
    let (key, _) = ada
        .api_key(json!({ "name": "k", "scopes": ["vaults:read"] }))
        .await;
    let limited = ada.with(&key);
    for (there, not_there) in [
        (at.secret(), missing.secret()),
        (at.version(1), missing.version(1)),
    ] {
        let there = limited.get(&there).await.is_problem(403);
        let not_there = limited.get(&not_there).await.is_problem(403);
        assert_eq!(there.get("/detail"), not_there.get("/detail"));
        assert_eq!(there.body.len(), not_there.body.len());
    }
    let (reader, _) = ada
        .api_key(json!({ "name": "r", "scopes": ["secrets:read"] }))
        .await;
    let reader = ada.with(&reader);
    reader.delete(&at.secret()).await.is_problem(403);
    assert_eq!(app.last_event().await, "secret.delete denied scope");
    reader.post_empty(&at.disable(1)).await.is_problem(403);
    assert_eq!(
        app.last_event().await,
        "secret.version_disable denied scope"
    );
    reader.post_empty(&at.rotate()).await.is_problem(403);
    assert_eq!(app.last_event().await, "secret.rotate denied scope");
    at.put(&reader, "v", json!({})).await.is_problem(403);
    assert_eq!(app.last_event().await, "secret.write denied scope");
    assert_eq!(app.count("secret_versions").await, 1);
    let read = reader.get(&at.secret()).await.is(200);
    assert_eq!(read.str("/value"), "swordfish");
}
