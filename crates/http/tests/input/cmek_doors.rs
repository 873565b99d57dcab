//! The endpoints of customers' keys that take a body.

use crate::doors::Door;
use crate::scene::Scene;
use oneclaw_testkit::CustomerKey;
use serde_json::json;

/// Both of them. The keys of a rotation are headers.
pub(crate) fn cmek_doors(scene: &Scene) -> [Door; 2] {
    let (old, new) = (CustomerKey::of(1), CustomerKey::of(2));
    let post = |tail| scene.ada.request("POST", &scene.in_vault(tail));
    [
        Door {
            id: "enableCmek",
            request: post("cmek"),
            body: json!({ "fingerprint": old.fingerprint() }),
            required: &["fingerprint"],
            is_optional: false,
        },
        Door {
            id: "rotateCmek",
            request: post("cmek-rotate")
                .header("x-cmek-old-key", old.text())
                .header("x-cmek-new-key", new.text()),
            body: json!({ "new_fingerprint": new.fingerprint() }),
            required: &["new_fingerprint"],
            is_optional: false,
        },
    ]
}
