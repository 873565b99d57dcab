//! Ids in the URL: one spelling each, in either case.

use crate::contents::contents;
use crate::doors::doors;
use crate::scene::{Scene, members};
use oneclaw_http::TABLE;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

/// Every spelling of an id that is none, given a good one.
fn no_ids(id: &str) -> Vec<String> {
    vec![
        "00000000-0000-0000-0000-000000000000".to_owned(),
        format!("%7B{id}%7D"),
        format!("urn:uuid:{id}"),
        id.replace('-', ""),
        format!("{id}%20"),
        format!("%20{id}"),
        format!("{id}%00"),
        "%00".to_owned(),
        "%ff".to_owned(),
        "..".to_owned(),
        "'%20OR%201=1%20--".to_owned(),
        "a".repeat(1024),
    ]
}

/// An id of the right kind where there is one; what has none is looked up all the same.
fn good<'a>(scene: &'a Scene, name: &str) -> &'a str {
    match name {
        "{key_id}" => &scene.api_key.1,
        "{user_id}" => &scene.member_id,
        "{policy_id}" => &scene.policy_id,
        _ => &scene.vault,
    }
}

#[both_stores]
async fn in_06_what_is_no_id_names_nothing(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    let mut tried = 0;
    for row in TABLE
        .iter()
        .flat_map(|rows| rows.iter())
        .filter(|row| row.path.contains("_id}"))
    {
        let doors = doors(&scene);
        let body = doors
            .iter()
            .find(|door| door.id == row.id)
            .map(|door| door.body.to_string());
        for name in row.path.split('/').filter(|part| part.ends_with("_id}")) {
            for bad in no_ids(good(&scene, name)) {
                let named = row.path.split('/').map(|part| match part {
                    part if part == name => bad.as_str(),
                    part if part.ends_with("_id}") => good(&scene, part),
                    "{path}" => "app/key",
                    "{version}" => "1",
                    part => part,
                });
                let target = named.collect::<Vec<_>>().join("/");
                for base in ["/v1", "/api/v1"] {
                    let request = scene
                        .ada
                        .request(row.method.as_str(), &format!("{base}{target}"));
                    request
                        .body(body.clone().unwrap_or_default())
                        .send()
                        .await
                        .is_problem(404);
                }
            }
            tried += 1;
        }
    }
    assert!(tried >= 12, "only {tried} endpoints have an id");
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn in_06_upper_case_is_the_same_id(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, vault) = (&scene.ada, scene.vault.to_uppercase());
    assert_eq!(
        ada.get(&format!("/v1/vaults/{vault}"))
            .await
            .is(200)
            .str("/id"),
        scene.vault
    );
    let put = ada.keep(&vault, "app/key", "written in upper case").await;
    assert_eq!(put.get("/version"), 2);
    assert_eq!(
        ada.read(&scene.vault, "app/key")
            .await
            .is(200)
            .str("/value"),
        "written in upper case"
    );
    let list = ada
        .get(&format!("/v1/vaults/{vault}/secrets"))
        .await
        .is(200);
    assert_eq!(members(&list, "secrets", "path"), ["app/key"]);
    assert_eq!(app.count("secrets").await, 1);

    let key = scene.api_key.1.to_uppercase();
    ada.delete(&format!("/v1/auth/api-keys/{key}"))
        .await
        .is(204);
    app.post(
        "/v1/auth/api-key-token",
        json!({ "api_key": scene.api_key.0 }),
    )
    .await
    .is_problem(401);

    ada.read(&scene.vault, "app/key").await.is(200);
    ada.delete(&format!("/v1/vaults/{vault}")).await.is(204);
    ada.read(&scene.vault, "app/key").await.is_problem(404);
    ada.read(&vault, "app/key").await.is_problem(404);
}

#[both_stores]
async fn in_06_an_access_counter_is_one_for_both_spellings(app: TestApp) {
    let scene = Scene::of(&app).await;
    let body = json!({ "value": "for two", "max_access_count": 2 });
    scene.put_raw("app/few", &body.to_string()).await.is(201);
    scene
        .ada
        .read(&scene.vault.to_uppercase(), "app/few")
        .await
        .is(200);
    scene.ada.read(&scene.vault, "app/few").await.is(200);
    scene
        .ada
        .read(&scene.vault.to_uppercase(), "app/few")
        .await
        .is_problem(410);
    scene
        .ada
        .read(&scene.vault, "app/few")
        .await
        .is_problem(410);
}
