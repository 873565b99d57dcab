//! The endpoints for devices and issuers, with a body that each would take.

use crate::doors::Door;
use crate::scene::Scene;
use serde_json::{Value, json};

/// All of them.
pub(crate) fn entering_doors(scene: &Scene) -> Vec<Door> {
    let (app, ada) = (&scene.app, &scene.ada);
    let door = |id, request, body: Value, required| Door {
        id,
        request,
        body,
        required,
        is_optional: id == "requestDeviceCode",
    };
    let asked = json!({ "client_id": "a device", "email": "ada@example.test" });
    let polled = json!({
        "device_code": format!("dvc_{}", "A".repeat(43)),
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
    });
    let vouched = json!({ "id_token": "x", "nonce": "n", "setup_code": "AAAA" });
    let code = || json!({ "user_code": "ZZZZ-ZZZZ" });
    let by_code = |id, what: &str| {
        let request = ada.request("POST", &format!("/v1/auth/device/{what}"));
        door(id, request, code(), &["user_code"][..])
    };
    let public = |target: &str| app.request("POST", &format!("/v1/auth/{target}"));
    let poll: &[_] = &["device_code", "grant_type"];
    vec![
        door("requestDeviceCode", public("device/code"), asked, &[]),
        door("pollDeviceToken", public("device/token"), polled, poll),
        door("loginWithIdToken", public("google"), vouched, &["id_token"]),
        by_code("lookupDevice", "lookup"),
        by_code("approveDevice", "approve"),
        by_code("denyDevice", "deny"),
    ]
}
