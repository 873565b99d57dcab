//! Every endpoint that takes a body, with a body that it would take.

use crate::admin_doors::admin_doors;
use crate::billing_doors::billing_doors;
use crate::cmek_doors::cmek_doors;
use crate::entering_doors::entering_doors;
use crate::proof_doors::proof_doors;
use crate::scene::Scene;
use crate::share_doors::share_doors;
use oneclaw_http::{BodyKind, TABLE};
use oneclaw_testkit::Request;
use serde_json::{Value, json};

/// The id of nobody and nothing: what is wrong with a body is told first.
const NOBODY: &str = "018f6f2e-7c1a-7a3b-9c1d-0123456789ab";

/// An endpoint that takes a body.
pub(crate) struct Door {
    pub(crate) id: &'static str,
    pub(crate) request: Request,
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
    doors.extend(proof_doors(scene));
    doors.extend(factor_doors(scene));
    doors.extend(entering_doors(scene));
    doors.extend(vault_doors(scene));
    doors.extend(cmek_doors(scene));
    doors.extend(billing_doors(scene));
    doors.extend(joining_doors(scene));
    doors.extend(org_doors(scene));
    doors.extend(admin_doors(scene));
    doors.extend(agent_doors(scene));
    doors.extend(policy_doors(scene));
    doors.extend(share_doors(scene, NOBODY));
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
            json!({ "email": "new@example.test", "password": "Correct-Horse-9-Staple", "display_name": "New", "setup_code": "of no use now" }),
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

fn factor_doors(scene: &Scene) -> Vec<Door> {
    let door = |id, request, body, required| Door {
        id,
        request,
        body,
        required,
        is_optional: false,
    };
    let ada = |method: &str, target: &str| scene.ada.request(method, target);
    vec![
        door(
            "verifyMfaSetup",
            ada("POST", "/v1/auth/mfa/verify-setup"),
            json!({ "code": "123456" }),
            &["code"],
        ),
        door(
            "verifyMfa",
            scene.app.request("POST", "/v1/auth/mfa/verify"),
            json!({ "mfa_token": "mfa_nothing", "code": "123456" }),
            &["mfa_token", "code"],
        ),
        Door {
            is_optional: true,
            ..door(
                "disableMfa",
                ada("DELETE", "/v1/auth/mfa"),
                json!({ "code": "123456" }),
                &[],
            )
        },
        Door {
            is_optional: true,
            ..door(
                "reauth",
                ada("POST", "/v1/auth/reauth"),
                json!({ "password": scene.ada.password, "code": "123456", "purpose": "account.export" }),
                &[],
            )
        },
        door(
            "deleteMe",
            ada("DELETE", "/v1/auth/me"),
            json!({ "confirmation": "DELETE MY ACCOUNT" }),
            &["confirmation"],
        ),
    ]
}

fn org_doors(scene: &Scene) -> Vec<Door> {
    let ada = &scene.ada;
    let door = |id, method, target: &str, body, required| Door {
        id,
        request: ada.request(method, target),
        body,
        required,
        is_optional: false,
    };
    let rule = json!({
        "rule_type": "allow", "cidr": "127.0.0.0/8", "label": "home", "description": "home", "applies_to": "all",
        "force": true,
    });
    vec![
        door(
            "updateMemberRole",
            "PATCH",
            &format!("/v1/org/members/{}", scene.member_id),
            json!({ "role": "admin" }),
            &["role"],
        ),
        door(
            "createIpRule",
            "POST",
            "/v1/security/ip-rules",
            rule,
            &["rule_type", "cidr"],
        ),
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

fn joining_doors(scene: &Scene) -> Vec<Door> {
    let ada = &scene.ada;
    let door = |id, request, body, required| Door {
        id,
        request,
        body,
        required,
        is_optional: false,
    };
    let enrollment = json!({
        "name": "builder", "description": "words", "human_email": "ada@example.test",
        "public_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    });
    vec![
        door(
            "inviteMember",
            ada.request("POST", "/v1/org/invite"),
            json!({ "email": "invited@example.test", "role": "admin" }),
            &["email"],
        ),
        door(
            "enrollAgent",
            scene.app.request("POST", "/v1/agents/enroll"),
            enrollment,
            &["name"],
        ),
        door(
            "lookupEnrollment",
            ada.request("POST", "/v1/agents/enroll/lookup"),
            json!({ "token": "x" }),
            &["token"],
        ),
        door(
            "decideEnrollment",
            ada.request("POST", "/v1/agents/enroll/decide"),
            json!({ "token": "x", "decision": "deny" }),
            &["token", "decision"],
        ),
    ]
}

fn agent_doors(scene: &Scene) -> Vec<Door> {
    let ada = &scene.ada;
    let door = |id, request, body, required, is_optional| Door {
        id,
        request,
        body,
        required,
        is_optional,
    };
    let create = json!({
        "name": "builder", "description": "words", "auth_method": "api_key", "scopes": ["app/**"],
        "vault_ids": [scene.vault], "token_ttl_seconds": 60, "expires_at": "2027-01-01T00:00:00Z",
        "api_key_expires_at": "2027-01-01T00:00:00Z", "intents_api_enabled": true, "shroud_enabled": true,
        "environment": "prod", "environment_locked": false, "env_auto_resolve": true,
        "shroud_config": {}, "tx_max_per_day": 3, "cards_enabled": true,
        "eip712_default_policy": "deny",
    });
    let mut update = create.clone();
    update["is_active"] = json!(true);
    if let Some(update) = update.as_object_mut() {
        update.remove("auth_method");
    }
    let one = format!("/v1/agents/{NOBODY}");
    let token = json!({ "api_key": format!("ocv_{}", "A".repeat(43)), "agent_id": NOBODY });
    let exchange = scene.app.request("POST", "/v1/auth/agent-token");
    let several = ada.request("POST", "/v1/agents/batch-delete");
    let ids = json!({ "agent_ids": [NOBODY] });
    let register = ada.request("POST", "/v1/agents");
    vec![
        door("agentToken", exchange, token, &["api_key"], false),
        door("createAgent", register, create, &["name"], false),
        door("updateAgent", ada.request("PATCH", &one), update, &[], true),
        door("batchDeleteAgents", several, ids, &["agent_ids"], false),
    ]
}

fn policy_doors(scene: &Scene) -> Vec<Door> {
    let door = |id, method, tail: &str, body, required, is_optional| Door {
        id,
        request: scene.ada.request(method, &scene.in_vault(tail)),
        body,
        required,
        is_optional,
    };
    let create = json!({
        "secret_path_pattern": "app/**", "principal_type": "user", "principal_id": scene.member_id,
        "permissions": ["read"], "conditions": {}, "expires_at": "2027-01-01T00:00:00Z", "effect": "allow",
        "priority": 1, "attribute_conditions": {}, "tx_conditions": {}, "policy_schema_version": 2,
    });
    let update = json!({
        "permissions": ["read"], "conditions": {}, "expires_at": "2027-01-01T00:00:00Z", "effect": "allow",
        "priority": 1, "attribute_conditions": {}, "tx_conditions": {}, "secret_path_pattern": "app/*",
        "principal_type": "user", "principal_id": scene.member_id, "vault_id": scene.vault,
    });
    let explain = json!({
        "principal_type": "user", "principal_id": scene.member_id, "path": "app/key", "permission": "read",
        "ip": "192.0.2.1", "at": "2027-01-01T00:00:00Z",
    });
    let one = format!("policies/{}", scene.policy_id);
    let dry_run = json!({ "create": create, "days": 7 });
    let (fixed, who) = (
        &[
            "secret_path_pattern",
            "principal_type",
            "principal_id",
            "permissions",
        ],
        &["principal_type", "principal_id", "path", "permission"],
    );
    vec![
        door("createPolicy", "POST", "policies", create, fixed, false),
        door("updatePolicy", "PUT", &one, update, &[], true),
        door(
            "explainAccess",
            "POST",
            "access/explain",
            explain,
            who,
            false,
        ),
        door(
            "dryRunPolicy",
            "POST",
            "access/dry-run",
            dry_run,
            &[],
            false,
        ),
    ]
}
