//! What the store holds, row by row.

use oneclaw_testkit::{StoreKind, TestApp};

/// Every table but those that a refusal may touch: the journal, the limiter's counters, leases.
const TABLES: [&str; 24] = [
    "orgs",
    "org_usage",
    "users",
    "api_keys",
    "sessions",
    "revoked_tokens",
    "refresh_tokens",
    "login_addresses",
    "vaults",
    "secrets",
    "secret_versions",
    "policies",
    "agents",
    "invites",
    "enrollments",
    "ip_rules",
    "pending_signups",
    "account_proofs",
    "second_factors",
    "recovery_codes",
    "identities",
    "device_grants",
    "shares",
    "cmek_jobs",
];

/// Every row of every table that a refusal must leave alone.
pub(crate) async fn contents(app: &TestApp) -> Vec<String> {
    let mut all = Vec::new();
    for table in TABLES {
        let rows = rows_without(app, table, &[]).await;
        all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    all
}

/// A table's rows as texts, without some columns; sorted.
pub(crate) async fn rows_without(app: &TestApp, table: &str, without: &[&str]) -> Vec<String> {
    let columns: Vec<_> = columns(app, table).await;
    let columns = columns
        .iter()
        .filter(|name| !without.contains(&name.as_str()));
    let shown: Vec<_> = columns.map(|name| shown(app.kind(), name)).collect();
    let mut rows = app
        .rows(&format!(
            "SELECT {} AS text FROM {table}",
            shown.join(" || ' '  || ")
        ))
        .await;
    rows.sort();
    rows
}

async fn columns(app: &TestApp, table: &str) -> Vec<String> {
    let columns = match app.kind() {
        StoreKind::Sqlite => {
            format!("SELECT name AS text FROM pragma_table_info('{table}') ORDER BY cid")
        }
        StoreKind::Postgres => format!(
            "SELECT CAST(column_name AS TEXT) AS text FROM information_schema.columns \
             WHERE table_name = '{table}' AND table_schema = current_schema() ORDER BY ordinal_position"
        ),
    };
    let columns = app.rows(&columns).await;
    assert!(columns.len() > 1, "{table} has no columns");
    columns
}

fn shown(kind: StoreKind, column: &str) -> String {
    match kind {
        StoreKind::Sqlite => format!("'{column}=' || quote({column})"),
        StoreKind::Postgres => format!("'{column}=' || quote_nullable(CAST({column} AS TEXT))"),
    }
}
