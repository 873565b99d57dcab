//! People's accounts, organizations and the month's requests.

use serde_json::Value;

use super::steps::{Home, PASSWORD, chain_holds, enter, is_by_operator, on_both, token};
use crate::serving::Serving;

/// The platform's owner, and somebody of another organization with the id of that.
fn two(server: &Serving<'_>) -> (String, String, String) {
    let ada = token(&enter(server, "signup", "ada@example.com", PASSWORD));
    let bob = enter(server, "signup", "bob@example.com", PASSWORD);
    let org = bob["org_id"].as_str().unwrap().to_owned();
    (ada, token(&bob), org)
}

#[test]
fn ops_10_the_operator_looks_after_accounts_while_a_server_serves() {
    on_both(|home| {
        let server = home.serve();
        let (ada, bob, org) = two(&server);
        let listed = home.run(&["users", "list"]).worked();
        assert!(listed.contains(" bob@example.com owner of "), "{listed}");
        assert!(listed.ends_with("2 of 2 accounts\n"), "{listed}");
        is_by_operator(&server, &ada, "admin.users");

        let said = home.run(&["usage", "reset", "--email", "bob@example.com"]);
        let told = format!(" requests of organization {org} were forgotten\n");
        let said = said.worked();
        assert!(said.ends_with(&told), "{said}");
        is_by_operator(&server, &bob, "admin.usage_reset_org");
        home.run(&["usage", "reset"]).worked();
        is_by_operator(&server, &ada, "admin.usage_reset");
        chain_holds(&server, &bob);

        let delete = |email: &str| home.run(&["users", "delete", "--email", email]);
        let said = delete("bob@example.com").worked();
        assert_eq!(said, "the account of bob@example.com was deleted\n");
        let (status, _) = server.call("GET", "/v1/auth/me", &bob, &Value::Null);
        assert_eq!(status, 401);
        let line = delete("bob@example.com").refused(1);
        assert_eq!(line, "oneclaw: there is no account of bob@example.com");
        // the refusal is on record, too
        is_by_operator(&server, &ada, "admin.user_delete");
        let line = delete("ada@example.com").refused(1);
        assert!(line.contains("last member"), "{line}");
        chain_holds(&server, &ada);
        server.stop();
    });
}

#[test]
fn ops_10_the_operator_looks_after_organizations_while_a_server_serves() {
    on_both(|home| {
        let server = home.serve();
        let (_, bob, org) = two(&server);
        let run = |words: &[&str]| org_command(home, &org, words).worked();
        let shown = run(&["show"]);
        assert!(shown.contains("plan       enterprise"), "{shown}");
        is_by_operator(&server, &bob, "admin.limits_read");

        let said = run(&["limits", "--requests", "500", "--sponsored", "true"]);
        let told = format!("organization {org} has 500 requests a month, and is sponsored\n");
        assert_eq!(said, told);
        let said = run(&["limits", "--requests", "none", "--sponsored", "false"]);
        let told = format!("organization {org} has its plan's requests a month\n");
        assert_eq!(said, told);
        is_by_operator(&server, &bob, "admin.limits");

        let said = run(&["tier", "--tier", "pro", "--days", "30"]);
        assert!(said.contains(" has the pro plan until 20"), "{said}");
        let shown = run(&["show"]);
        assert!(shown.contains("plan       pro until 20"), "{shown}");
        run(&["tier", "--tier", "default"]);
        is_by_operator(&server, &bob, "admin.billing_tier");

        let has = |usd: &str| format!("organization {org} has credits of {usd} USD\n");
        let said = run(&["credits", "--cents", "500", "--description", "welcome"]);
        assert_eq!(said, has("5.00"));
        assert_eq!(run(&["credits", "--cents", "-100"]), has("4.00"));
        let ending = |at: &'static str| ["credits", "--cents", "100", "--expires-at", at];
        assert_eq!(run(&ending("2035-12-31T12:00:00Z")), has("5.00"));
        let line = org_command(home, &org, &ending("2020-01-01T00:00:00Z")).refused(1);
        assert!(line.contains("expires_at: must be in the next"), "{line}");
        assert_eq!(run(&["credits", "--cents", "-100"]), has("4.00"));
        let line = org_command(home, &org, &["credits", "--cents", "-401"]).refused(1);
        assert_eq!(line, "oneclaw: The organization has not so many credits");
        is_by_operator(&server, &bob, "admin.credits");
        chain_holds(&server, &bob);
        server.stop();
    });
}

/// `oneclaw admin org VERB --org ORG ...`
fn org_command(home: &Home, org: &str, words: &[&str]) -> crate::program::Ran {
    let (verb, rest) = words.split_first().unwrap();
    home.run(&[&["org", verb, "--org", org], rest].concat())
}
