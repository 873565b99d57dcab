//! Settings that change under a server.

use serde_json::json;

use super::steps::{PASSWORD, enter, is_by_operator, on_both, token};

#[test]
fn ops_10_settings_change_under_a_server_and_lead_out_of_maintenance() {
    on_both(|home| {
        let server = home.serve();
        let ada = token(&enter(&server, "signup", "ada@example.com", PASSWORD));
        let said = home.run(&["settings", "list"]).worked();
        assert_eq!(said, "no setting was changed: what is configured holds\n");
        let said = home
            .run(&["settings", "set", "maintenance_mode", "true"])
            .worked();
        assert_eq!(said, "maintenance_mode = true\n");
        // a server looks once a second
        let body = json!({ "email": "ada@example.com", "password": PASSWORD });
        let log_in = || server.call("POST", "/v1/auth/token", "", &body).0;
        until(|| log_in() == 503);
        assert_eq!(server.get("/v1/health").0, 200);
        let listed = home.run(&["settings", "list"]).worked();
        assert!(
            listed.starts_with("maintenance_mode = true (set 20"),
            "{listed}"
        );
        assert!(listed.ends_with(" by the operator)\n"), "{listed}");
        let said = home
            .run(&["settings", "unset", "maintenance_mode"])
            .worked();
        assert_eq!(said, "maintenance_mode is what is configured again\n");
        until(|| log_in() == 200);
        is_by_operator(&server, &ada, "admin.setting_put");
        is_by_operator(&server, &ada, "admin.setting_delete");
        for (words, line) in [
            (
                &["set", "signup.mode", "anybody"][..],
                "signup.mode: must be open, invite or closed",
            ),
            (
                &["unset", "maintenance_mode"],
                "there is no setting maintenance_mode that was changed",
            ),
        ] {
            let refused = home.run(&[&["settings"], words].concat()).refused(1);
            assert_eq!(refused, format!("oneclaw: {line}"));
        }
        server.stop();
    });
}

/// Waits until it holds, a minute at most.
fn until(holds: impl Fn() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        crate::serving::pause(std::time::Duration::from_millis(100));
    }
    panic!("it does not come true");
}
