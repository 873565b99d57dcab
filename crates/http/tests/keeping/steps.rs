//! What several of these stories do.

use oneclaw_services::Stale;
use oneclaw_testkit::{Instance, Person};
use serde_json::json;

/// A day, in seconds.
pub(crate) const DAY: i64 = 86_400;

/// One round of housekeeping.
pub(crate) async fn tidied(instance: &Instance) -> u64 {
    instance.services().tidy_up().await.unwrap()
}

/// How many rows of a kind one instance tidied up so far.
pub(crate) fn rows_of(instance: &Instance, stale: Stale) -> u64 {
    let rows = instance.services().rows_tidied();
    let found = rows.iter().find(|(kind, _)| *kind == stale.name());
    found.unwrap().1
}

/// The same person with a new token.
pub(crate) async fn again(who: &Person) -> Person {
    let body = json!({ "email": who.email, "password": who.password });
    let answer = who.instance.post("/v1/auth/token", body).await.is(200);
    who.with(&answer.str("/access_token"))
}
