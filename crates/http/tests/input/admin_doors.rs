//! The endpoints of who runs the installation that take a body.

use crate::doors::Door;
use crate::scene::Scene;
use serde_json::json;

/// Those doors: Ada's organization runs the installation.
pub(crate) fn admin_doors(scene: &Scene) -> Vec<Door> {
    let ada = &scene.ada;
    let org = |path: &str| format!("/v1/admin/orgs/{}/{path}", ada.org_id);
    let door = |id, method, target: &str, body, required| Door {
        id,
        request: ada.request(method, target),
        body,
        required,
        is_optional: false,
    };
    vec![
        door(
            "putAdminSetting",
            "PUT",
            "/v1/admin/settings/of.no_effect",
            json!({ "value": "anything" }),
            &["value"],
        ),
        Door {
            is_optional: true,
            ..door(
                "putOrgLimits",
                "PUT",
                &org("limits"),
                json!({ "free_tier_override": 5, "is_sponsored": true }),
                &[],
            )
        },
        door(
            "putOrgBillingTier",
            "PUT",
            &org("billing-tier"),
            json!({ "tier": "pro", "duration_days": 30 }),
            &["tier"],
        ),
        door(
            "changeOrgCredits",
            "POST",
            &org("credits"),
            json!({ "amount_cents": 500, "description": "words", "expires_at": "2027-01-01T00:00:00Z" }),
            &["amount_cents"],
        ),
        door(
            "resetUsageForUser",
            "POST",
            "/v1/admin/usage/reset-for-user",
            json!({ "email": ada.email }),
            &["email"],
        ),
    ]
}
