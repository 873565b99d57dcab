//! Steps that the stories here share.

use oneclaw_testkit::{Answer, Instance, Person, TestApp};
use serde_json::json;

/// Gives a member a role.
pub(crate) async fn give(by: &Person, whom: &Person, role: &str) -> Answer {
    let target = format!("/v1/org/members/{}", whom.user_id);
    by.patch(&target, json!({ "role": role })).await
}

/// Removes a member.
pub(crate) async fn remove(by: &Person, whom: &Person) -> Answer {
    by.delete(&format!("/v1/org/members/{}", whom.user_id))
        .await
}

/// Adds a rule about addresses.
pub(crate) async fn rule(by: &Person, rule_type: &str, cidr: &str) -> Answer {
    let body = json!({ "rule_type": rule_type, "cidr": cidr });
    by.post("/v1/security/ip-rules", body).await
}

/// An instance that believes what its peer says of the client's address.
pub(crate) async fn behind_a_proxy(app: &TestApp) -> Instance {
    app.instance_with(|_, http| http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
        .await
}

/// Everybody's role, as `id role`, in no telling order.
pub(crate) async fn roles(app: &TestApp) -> Vec<String> {
    let id = match app.kind() {
        oneclaw_testkit::StoreKind::Sqlite => "lower(hex(id))",
        oneclaw_testkit::StoreKind::Postgres => "replace(CAST(id AS text), '-', '')",
    };
    app.rows(&format!(
        "SELECT {id} || ' ' || role AS text FROM users ORDER BY 1"
    ))
    .await
}
