//! Who runs the installation: the first account, and who is appointed.

use serde_json::{Value, json};

use super::steps::{Home, PASSWORD, chain_holds, enter, is_by_operator, on_both, token};

#[test]
fn ops_10_org_11_the_first_account_is_made_by_the_operator() {
    on_both(|home| {
        home.bootstrap("short").refused(1);
        let said = home.bootstrap(PASSWORD).worked();
        let told = "ada@example.com runs this installation, as the owner of organization ";
        assert!(said.starts_with(told), "{said}");
        assert!(!said.contains(PASSWORD), "{said}");
        let line = home.bootstrap(PASSWORD).refused(1);
        assert_eq!(line, "oneclaw: There is an account already");

        let server = home.serve();
        assert!(!server.greeting.contains("set-up"), "{}", server.greeting);
        let ada = token(&enter(&server, "token", "ada@example.com", PASSWORD));
        let (_, me) = server.call("GET", "/v1/auth/me", &ada, &Value::Null);
        assert_eq!(me["is_platform_admin"], true, "{me}");
        is_by_operator(&server, &ada, "user.signup");
        chain_holds(&server, &ada);
        // the next one is nobody special
        let bob = token(&enter(&server, "signup", "bob@example.com", PASSWORD));
        let (status, _) = server.call("GET", "/v1/admin/users", &bob, &Value::Null);
        assert_eq!(status, 403);
    });
}

#[test]
fn ops_10_a_password_is_made_and_printed_once() {
    let home = Home::on_sqlite();
    let said = home
        .run(&["bootstrap", "--email", "ada@example.com", "--name", "Ada"])
        .worked();
    let (_, rest) = said.split_once("password ").unwrap();
    let (password, _) = rest.split_once(" (it is not shown again)").unwrap();
    assert!(said.contains("back up "), "{said}");
    let server = home.serve();
    enter(&server, "token", "ada@example.com", password);
}

#[test]
fn ops_10_a_member_gets_the_run_of_the_installation_back() {
    on_both(|home| {
        let server = home.serve();
        let ada = token(&enter(&server, "signup", "ada@example.com", PASSWORD));
        enter(&server, "signup", "bob@example.com", PASSWORD);
        let invite = json!({ "email": "carol@example.com", "role": "member" });
        let (status, invited) = server.call("POST", "/v1/org/invite", &ada, &invite);
        assert_eq!(status, 200, "{invited}");
        let (_, link) = invited["invite_url"]
            .as_str()
            .unwrap()
            .split_once("token=")
            .unwrap();
        let body =
            json!({ "email": "carol@example.com", "password": PASSWORD, "invite_token": link });
        let (status, carol) = server.call("POST", "/v1/auth/signup", "", &body);
        assert_eq!(status, 200, "{carol}");
        let carol = token(&carol);
        let users = || {
            server
                .call("GET", "/v1/admin/users", &carol, &Value::Null)
                .0
        };
        assert_eq!(users(), 403);
        let said = home
            .run(&["appoint", "--email", "carol@example.com"])
            .worked();
        assert_eq!(
            said,
            "carol@example.com is admin of the organization that runs this installation\n"
        );
        assert_eq!(users(), 200);
        home.run(&["appoint", "--email", "carol@example.com", "--role", "owner"])
            .worked();
        is_by_operator(&server, &ada, "admin.appoint");
        for (email, part) in [
            ("bob@example.com", "belongs to another organization"),
            (
                "nobody@example.com",
                "there is no account of nobody@example.com",
            ),
        ] {
            let line = home.run(&["appoint", "--email", email]).refused(1);
            assert!(line.contains(part), "{line}");
        }
        chain_holds(&server, &ada);
        server.stop();
    });
}
