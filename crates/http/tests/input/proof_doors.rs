//! The doors of addresses and passwords.

use crate::doors::Door;
use crate::scene::Scene;
use serde_json::json;

/// All of them.
pub(crate) fn proof_doors(scene: &Scene) -> Vec<Door> {
    let door = |id, request, body, required| Door {
        id,
        request,
        body,
        required,
        is_optional: false,
    };
    let public = |target: &str| scene.app.request("POST", target);
    let ada = |method: &str, target: &str| scene.ada.request(method, target);
    vec![
        door(
            "verifyEmail",
            public("/v1/auth/verify-email"),
            json!({ "token": "x", "password": "Correct-Horse-9-Staple" }),
            &["token"],
        ),
        door(
            "forgotPassword",
            public("/v1/auth/forgot-password"),
            json!({ "email": "nobody@example.test" }),
            &["email"],
        ),
        door(
            "resetPassword",
            public("/v1/auth/reset-password"),
            json!({ "token": "x", "new_password": "Correct-Horse-9-Staple" }),
            &["token", "new_password"],
        ),
        door(
            "setPassword",
            ada("POST", "/v1/auth/set-password"),
            json!({ "password": "Correct-Horse-9-Staple", "password_confirm": "Correct-Horse-9-Staple" }),
            &["password"],
        ),
        door(
            "changeEmail",
            ada("POST", "/v1/auth/change-email"),
            json!({ "new_email": "moved@example.test" }),
            &["new_email"],
        ),
        door(
            "verifyEmailChange",
            ada("POST", "/v1/auth/verify-email-change"),
            json!({ "code": "123456" }),
            &["code"],
        ),
        Door {
            is_optional: true,
            ..door(
                "updateSettings",
                ada("PATCH", "/v1/auth/settings"),
                json!({ "require_passkey_for_vaults": false }),
                &[],
            )
        },
    ]
}
