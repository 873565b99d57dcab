//! A person with a vault, by way of the API.

use serde_json::{Value, json};

use crate::serving::Serving;

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "Correct-Horse-7-Battery";

/// A person who is logged in and has a vault.
pub(crate) struct Account {
    pub(crate) token: String,
    pub(crate) vault: String,
}

impl Account {
    /// Signs up, and makes a vault.
    pub(crate) fn sign_up(server: &Serving<'_>) -> Self {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let (status, answer) = server.call("POST", "/v1/auth/signup", "", &body);
        assert_eq!(status, 200, "{answer}");
        let token = answer["access_token"].as_str().unwrap().to_owned();
        let (status, answer) =
            server.call("POST", "/v1/vaults", &token, &json!({ "name": "main" }));
        assert_eq!(status, 201, "{answer}");
        Self {
            token,
            vault: answer["id"].as_str().unwrap().to_owned(),
        }
    }

    /// Logs in again: a token signed by the current key.
    pub(crate) fn log_in(&mut self, server: &Serving<'_>) {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let (status, answer) = server.call("POST", "/v1/auth/token", "", &body);
        assert_eq!(status, 200, "{answer}");
        answer["access_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.token);
    }

    pub(crate) fn path(&self, secret: &str) -> String {
        format!("/v1/vaults/{}/secrets/{secret}", self.vault)
    }

    pub(crate) fn put(&self, server: &Serving<'_>, secret: &str, value: &str) -> (u16, Value) {
        server.call(
            "PUT",
            &self.path(secret),
            &self.token,
            &json!({ "value": value }),
        )
    }

    /// The status, and the value if there is one.
    pub(crate) fn read(&self, server: &Serving<'_>, secret: &str) -> (u16, Option<String>) {
        let (status, answer) = server.call("GET", &self.path(secret), &self.token, &Value::Null);
        (status, answer["value"].as_str().map(ToOwned::to_owned))
    }

    pub(crate) fn add_vault(&self, server: &Serving<'_>) -> u16 {
        server
            .call(
                "POST",
                "/v1/vaults",
                &self.token,
                &json!({ "name": "more" }),
            )
            .0
    }

    /// Sees that the secret is there.
    pub(crate) fn opens(&self, server: &Serving<'_>, secret: &str, value: &str) {
        assert_eq!(self.read(server, secret), (200, Some(value.to_owned())));
    }
}

/// The event says which of the machine's users it was.
pub(crate) fn names_os_user(event: &Value) {
    let uid = rustix::process::getuid().as_raw();
    let who = event["details"]["os_user"].as_str();
    assert!(
        who.is_some_and(|who| who.contains(&format!("uid {uid}"))),
        "{event}"
    );
}
