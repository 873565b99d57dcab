//! A rule about callers' addresses on the wire.

use oneclaw_domain::IpRule;
use serde::Serialize;
use utoipa::ToSchema;

/// A rule about callers' addresses.
#[derive(Serialize, ToSchema)]
pub(crate) struct IpRuleResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// The organization.
    #[schema(value_type = uuid::Uuid)]
    org_id: String,
    /// `allow` or `deny`.
    rule_type: &'static str,
    /// The addresses, always with a prefix.
    #[schema(example = "10.0.0.0/8")]
    cidr: String,
    /// What it is for.
    label: Option<String>,
    /// `all`, `users` or `agents`.
    applies_to: &'static str,
    /// Who made it; null once that person is gone.
    created_by: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<&IpRule> for IpRuleResponse {
    fn from(rule: &IpRule) -> Self {
        Self {
            id: rule.id.to_string(),
            org_id: rule.org.to_string(),
            rule_type: rule.rule.as_str(),
            cidr: rule.cidr.as_string(),
            label: rule.label.as_ref().map(|label| label.as_str().to_owned()),
            applies_to: rule.applies_to.as_str(),
            created_by: rule.created_by.map(|user| user.to_string()),
            created_at: rule.created_at.to_string(),
        }
    }
}
