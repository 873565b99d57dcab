//! Every endpoint that takes a body, with a body that it would take.

use crate::scene::Scene;
use oneclaw_http::{BodyKind, TABLE};
use oneclaw_testkit::Request;
use serde_json::{Value, json};

/// An endpoint that takes a body.
pub(crate) struct Door {
    pub(crate) id: &'static str,
    request: Request,
    /// A body that it would take, with every field that it knows.
    pub(crate) body: Value,
    /// The fields that must be there.
    pub(crate) required: &'static [&'static str],
    /// Whether it also goes without a body.
    pub(crate) is_optional: bool,
}

impl Door {
    /// A request to it, still without a body.
    pub(crate) fn request(&self) -> Request {
        self.request.clone()
    }

    /// The good body with one member in another way.
    pub(crate) fn body_with(&self, member: &str, value: &Value) -> Value {
        let mut body = self.body.clone();
        body[member] = value.clone();
        body
    }
}

/// All of them.
pub(crate) fn doors(scene: &Scene) -> Vec<Door> {
    let mut doors = account_doors(scene);
    doors.extend(vault_doors(scene));
    for (kind, is_optional) in [(BodyKind::Required, false), (BodyKind::Optional, true)] {
        let rows = TABLE.iter().flat_map(|rows| rows.iter());
        let mut table: Vec<_> = rows
            .filter(|row| row.body == kind)
            .map(|row| row.id)
            .collect();
        let doors = doors.iter().filter(|door| door.is_optional == is_optional);
        let mut tried: Vec<_> = doors.map(|door| door.id).collect();
        table.sort_unstable();
        tried.sort_unstable();
        assert_eq!(tried, table, "an endpoint with a body is not tried");
    }
    doors
}

fn account_doors(scene: &Scene) -> Vec<Door> {
    let ada = &scene.ada;
    let public = |target: &str| scene.app.request("POST", target);
    let door = |id, request, body, required| Door {
        id,
        request,
        body,
        required,
        is_optional: false,
    };
    vec![
        door(
            "signup",
            public("/v1/auth/signup"),
            json!({ "email": "new@example.test", "password": "Correct-Horse-9-Staple", "display_name": "New" }),
            &["email", "password"],
        ),
        door(
            "login",
            public("/v1/auth/token"),
            json!({ "email": ada.email, "password": ada.password }),
            &["email", "password"],
        ),
        door(
            "apiKeyToken",
            public("/v1/auth/api-key-token"),
            json!({ "api_key": scene.api_key.0 }),
            &["api_key"],
        ),
        Door {
            is_optional: true,
            ..door(
                "refreshToken",
                public("/v1/auth/refresh"),
                json!({ "refresh_token": ada.refresh_token }),
                &[],
            )
        },
        door(
            "changePassword",
            ada.request("POST", "/v1/auth/change-password"),
            json!({ "current_password": ada.password, "new_password": "Correct-Horse-8-Staple" }),
            &["current_password", "new_password"],
        ),
        door(
            "createApiKey",
            ada.request("POST", "/v1/auth/api-keys"),
            json!({ "name": "desk", "scopes": ["secrets:read"], "expires_at": "2027-01-01T00:00:00Z" }),
            &["name"],
        ),
        Door {
            is_optional: true,
            ..door(
                "updateMe",
                ada.request("PATCH", "/v1/auth/me"),
                json!({ "display_name": "Ada", "marketing_emails": true }),
                &[],
            )
        },
    ]
}

fn vault_doors(scene: &Scene) -> Vec<Door> {
    let ada = &scene.ada;
    let rotate = || json!({ "length": 16, "charset": "hex", "type": "password", "new_value": "the next value" });
    let door = |id, method, target: &str, body, required, is_optional| Door {
        id,
        request: ada.request(method, target),
        body,
        required,
        is_optional,
    };
    let put = json!({
        "value": "a value of its own", "type": "password", "secret_type": "password", "metadata": { "owner": "ada" },
        "expires_at": "2027-01-01T00:00:00Z", "max_access_count": 3, "rotation_policy": { "days": 30 },
        "description": "words",
    });
    let vault = json!({ "name": "staging", "description": "words", "mpc_custody": "" });
    vec![
        door("createVault", "POST", "/v1/vaults", vault, &["name"], false),
        door(
            "putSecret",
            "PUT",
            &scene.in_vault("secrets/app/key"),
            put,
            &["value"],
            false,
        ),
        door(
            "rotateSecret",
            "POST",
            &scene.in_vault("secret-rotate/app/key"),
            rotate(),
            &[],
            true,
        ),
        door(
            "rotateSecretAlias",
            "POST",
            &scene.in_vault("secrets/app/key/rotate"),
            rotate(),
            &[],
            true,
        ),
    ]
}
