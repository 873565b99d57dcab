//! Characters that lie about what is shown, and NUL.

use crate::contents::contents;
use crate::doors::doors;
use crate::scene::Scene;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

/// NUL, other controls, and characters that reorder text, as JSON escapes.
const DECEPTIVE: [&str; 9] = [
    r"\u0000", r"\u0001", r"\t", r"\n", r"\u001b", r"\u007f", r"\u0085", r"\u202e", r"\u2066",
];

/// Fields that people see, each with what it is refused as.
const SHOWN: [(&str, &str); 14] = [
    ("putAdminSetting", "value"),
    ("changeOrgCredits", "description"),
    ("signup", "display_name"),
    ("updateMe", "display_name"),
    ("createVault", "name"),
    ("createVault", "description"),
    ("createApiKey", "name"),
    ("createAgent", "name"),
    ("createAgent", "description"),
    ("createAgent", "environment"),
    ("updateAgent", "name"),
    ("putSecret", "description"),
    ("putSecret", "type"),
    ("rotateSecret", "type"),
];

#[both_stores]
async fn in_04_names_hold_no_deceptive_characters(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    let doors = doors(&scene);
    for (door, field) in SHOWN {
        let door = doors.iter().find(|known| known.id == door).unwrap();
        for escape in DECEPTIVE {
            let body = with_text(&door.body, field, &format!("a{escape}b"));
            door.request().body(body).send().await.is_invalid(field);
        }
        let lone = with_text(&door.body, field, r"a\ud800b");
        door.request().body(lone).send().await.is_invalid("body");
    }
    let door = doors
        .iter()
        .find(|known| known.id == "createApiKey")
        .unwrap();
    for escape in DECEPTIVE {
        let body = format!(r#"{{"name":"n","scopes":["secrets:read","a{escape}b"]}}"#);
        door.request().body(body).send().await.is_invalid("scopes");
    }
    for escape in DECEPTIVE {
        let door = doors.iter().find(|known| known.id == "signup").unwrap();
        let body = with_text(&door.body, "email", &format!("a{escape}b@example.test"));
        door.request().body(body).send().await.is_invalid("email");
    }
    scene.is_untouched(&before, &[]).await;
}

/// The body with a text that is already JSON.
fn with_text(body: &Value, field: &str, text: &str) -> String {
    let mut body = body.clone();
    body[field] = json!("PLACE");
    body.to_string().replace("PLACE", text)
}

#[both_stores]
async fn in_04_metadata_holds_no_nul(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    for (bad, as_field) in [
        (r#"{"a":"x\u0000y"}"#, true),
        (r#"{"a\u0000":1}"#, true),
        (r#"{"a":[{"b":"\u0000"}]}"#, true),
        (r#"{"a":{"b\u0000":null}}"#, true),
        (r#"{"a":"\ud800"}"#, false),
        (r#"{"\udc00":1}"#, false),
    ] {
        for field in ["metadata", "rotation_policy"] {
            let body = format!(r#"{{"value":"x","{field}":{bad}}}"#);
            let answer = scene.put_raw("app/key", &body).await;
            answer.is_invalid(if as_field { field } else { "body" });
        }
    }
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn in_04_a_value_comes_back_byte_for_byte(app: TestApp) {
    let scene = Scene::of(&app).await;
    let controls: String = (0_u8..=0x1f).map(char::from).collect();
    for value in [
        "a\0b".to_owned(),
        "\0".to_owned(),
        controls,
        "\u{202e}\u{2066}\u{feff}\u{fffe}\u{10ffff}".to_owned(),
        " leading and trailing \r\n".to_owned(),
        "e\u{301} is not \u{e9}".to_owned(),
    ] {
        scene.ada.keep(&scene.vault, "app/bytes", &value).await;
        assert_eq!(
            scene
                .ada
                .read(&scene.vault, "app/bytes")
                .await
                .is(200)
                .str("/value"),
            value
        );
        let rotated = json!({ "new_value": value });
        scene
            .ada
            .post(&scene.in_vault("secret-rotate/app/bytes"), rotated)
            .await
            .is(201);
        assert_eq!(
            scene
                .ada
                .read(&scene.vault, "app/bytes")
                .await
                .is(200)
                .str("/value"),
            value
        );
    }
}

#[both_stores]
async fn in_04_other_texts_come_back_as_they_were_put(app: TestApp) {
    let scene = Scene::of(&app).await;
    let text = "Ωmega ‘quoted’ \\ \" ' % _ ; -- e\u{301}";
    let metadata = json!({ "text": text, "controls": "\u{1}\t\u{7f}", text: [text] });
    let body = json!({ "value": "x", "metadata": metadata, "description": text });
    scene.put_raw("app/texts", &body.to_string()).await.is(201);
    let read = scene.ada.read(&scene.vault, "app/texts").await.is(200);
    assert_eq!(read.get("/metadata/controls"), metadata["controls"]);
    assert_eq!(read.get("/metadata/description"), text);
    assert_eq!(read.get("/metadata")[text], metadata[text]);
    let vault = scene
        .ada
        .post("/v1/vaults", json!({ "name": text, "description": text }))
        .await
        .is(201);
    let shown = scene
        .ada
        .get(&format!("/v1/vaults/{}", vault.str("/id")))
        .await
        .is(200);
    assert_eq!(
        (shown.str("/name"), shown.str("/description")),
        (text.to_owned(), text.to_owned())
    );
}
