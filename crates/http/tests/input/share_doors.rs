//! The endpoints of shares, with a body that each would take.

use crate::doors::Door;
use crate::scene::Scene;
use serde_json::json;

pub(crate) fn share_doors(scene: &Scene, nobody: &str) -> Vec<Door> {
    let door = |id, request, body, required, is_optional| Door {
        id,
        request,
        body,
        required,
        is_optional,
    };
    let create = json!({
        "recipient_type": "user", "recipient_id": scene.member_id, "expires_at": "2027-01-01T00:00:00Z",
        "expires_in_hours": 24, "max_access_count": 3, "passphrase": "open sesame now",
        "ip_allowlist": ["192.0.2.0/24"], "permissions": ["read"], "notify": true, "show_name": true,
    });
    let mut alias = create.clone();
    alias["secret_id"] = json!(scene.secret_id);
    let read = || json!({ "passphrase": "open sesame now" });
    let (api, page) = (format!("/v1/share/{nobody}"), format!("/share/{nobody}"));
    let public = |method: &str, target: &str| scene.app.request(method, target);
    // the page is told from the API's answer by what is asked for
    let program = public("GET", &page).header("accept", "application/json");
    vec![
        door(
            "createShare",
            scene
                .ada
                .request("POST", &format!("/v1/secrets/{}/share", scene.secret_id)),
            create,
            &["recipient_type"],
            false,
        ),
        door(
            "createShareAlias",
            scene.ada.request("POST", "/v1/shares"),
            alias,
            &["recipient_type", "secret_id"],
            false,
        ),
        door("accessShare", public("GET", &api), read(), &[], true),
        door("accessShareByPost", public("POST", &api), read(), &[], true),
        door(
            "previewShare",
            public("POST", &format!("{api}/preview")),
            read(),
            &[],
            true,
        ),
        door("getSharePage", program, read(), &[], true),
    ]
}
