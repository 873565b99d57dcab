//! What of an agent a change changed, for its event.

use oneclaw_domain::Agent;

/// The names, as on the wire, of what is not as it was: no values.
pub(super) fn differing(before: &Agent, after: &Agent) -> Vec<&'static str> {
    let fields = [
        ("name", before.name != after.name),
        ("description", before.description != after.description),
        ("scopes", before.scopes != after.scopes),
        ("is_active", before.is_active != after.is_active),
        ("expires_at", before.expires_at != after.expires_at),
        (
            "intents_api_enabled",
            before.intents_api_enabled != after.intents_api_enabled,
        ),
        (
            "shroud_enabled",
            before.shroud_enabled != after.shroud_enabled,
        ),
        ("token_ttl_seconds", before.token_ttl != after.token_ttl),
        ("vault_ids", before.binding != after.binding),
        (
            "api_key_expires_at",
            before.key.expires_at != after.key.expires_at,
        ),
        ("environment", before.environment != after.environment),
        (
            "environment_locked",
            before.environment_locked != after.environment_locked,
        ),
        (
            "env_auto_resolve",
            before.env_auto_resolve != after.env_auto_resolve,
        ),
    ];
    let differing = fields.into_iter().filter(|(_, differs)| *differs);
    let extras = after.extras.differing(&before.extras);
    differing.map(|(field, _)| field).chain(extras).collect()
}
