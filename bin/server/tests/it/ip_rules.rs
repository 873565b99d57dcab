//! `oneclaw ip-rules`: the operator lets people in whom their own rules shut out.

use serde_json::json;

use crate::account::{Account, names_os_user};
use crate::program::Place;
use crate::serving::Serving;

const QUIET: (&str, &str) = ("ONECLAW_LOG_LEVEL", "off");

fn ip_rules(place: &Place, arguments: &[&str]) -> crate::program::Ran {
    place.run_with(&[QUIET], &[&["ip-rules"], arguments].concat())
}

#[test]
fn org_09_ops_10_the_operator_undoes_rules_that_shut_everybody_out() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let ada = Account::sign_up(&server);
    let (status, me) = server.call("GET", "/v1/auth/me", &ada.token, &json!(null));
    assert_eq!(status, 200);
    let org = me["org_id"].as_str().unwrap().to_owned();
    assert_eq!(
        ip_rules(&place, &["list", "--org", &org]).worked(),
        format!("organization {org} has no IP rules\n")
    );
    let rule =
        json!({ "rule_type": "deny", "cidr": "0.0.0.0/0", "label": "all of it", "force": true });
    let target = "/v1/security/ip-rules";
    let (status, made) = server.call("POST", target, &ada.token, &rule);
    assert_eq!(status, 201, "{made}");
    let (status, refused) = server.call("GET", target, &ada.token, &json!(null));
    assert_eq!((status, refused["type"].as_str()), (403, Some("ip_denied")));

    let listed = ip_rules(&place, &["list", "--org", &org]).worked();
    let id = made["id"].as_str().unwrap();
    assert!(
        listed.starts_with(&format!("{id} deny 0.0.0.0/0 all made 20")),
        "{listed}"
    );
    assert!(listed.ends_with(": all of it\n"), "{listed}");
    let said = ip_rules(&place, &["clear", "--org", &org]).worked();
    assert!(
        said.starts_with(&format!("1 IP rules of organization {org} were deleted")),
        "{said}"
    );
    // the server that serves goes by it from the next request on
    let (status, left) = server.call("GET", target, &ada.token, &json!(null));
    assert_eq!((status, left), (200, json!({ "rules": [] })));

    // and its log says who on the machine it was
    let events = "/v1/audit/events?action=ip_rule.delete";
    let (status, found) = server.call("GET", events, &ada.token, &json!(null));
    let event = &found["events"][0];
    assert_eq!((status, &event["details"]["cleared"]), (200, &json!(1)));
    assert_eq!(event["actor_type"], "system", "{event}");
    names_os_user(event);
}

#[test]
fn an_organization_that_is_none_is_refused() {
    let place = Place::new();
    Serving::start(&place, &[]).stop();
    let nobody = "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c10";
    for what in ["list", "clear"] {
        let line = ip_rules(&place, &[what, "--org", nobody]).refused(1);
        assert_eq!(line, format!("oneclaw: there is no organization {nobody}"));
        let ran = ip_rules(&place, &[what, "--org", "mine"]);
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
        let ran = ip_rules(&place, &[what]);
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    }
}
