//! The endpoints about payments that take a body.

use crate::doors::Door;
use crate::scene::Scene;
use serde_json::json;

pub(crate) fn billing_doors(scene: &Scene) -> Vec<Door> {
    let door = |id, method, target: &str, body, required| Door {
        id,
        request: scene.ada.request(method, target),
        body,
        required,
        is_optional: false,
    };
    vec![
        door(
            "subscribe",
            "POST",
            "/v1/billing/subscribe",
            json!({ "tier": "pro", "interval": "monthly", "trial": false }),
            &["tier", "interval"],
        ),
        door(
            "topUpCredits",
            "POST",
            "/v1/billing/credits/topup",
            json!({ "amount_usd": 5 }),
            &["amount_usd"],
        ),
        door(
            "setOverageMethod",
            "PATCH",
            "/v1/billing/overage-method",
            json!({ "method": "credits" }),
            &["method"],
        ),
    ]
}
