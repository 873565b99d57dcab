//! How each endpoint of the table is called by somebody for whom it works.

use oneclaw_http::{BodyKind, Endpoint, Place, TABLE};
use oneclaw_testkit::{Person, Request, TestApp};
use serde_json::{Value, json};

/// Somebody with one of everything.
pub(crate) struct Stage {
    pub(crate) who: Person,
    pub(crate) vault: String,
    pub(crate) key_id: String,
    pub(crate) api_key: String,
}

/// Every endpoint that is an action.
pub(crate) fn actions() -> impl Iterator<Item = &'static Endpoint> {
    let all = TABLE.iter().flat_map(|rows| rows.iter());
    all.filter(|endpoint| !endpoint.action.is_empty())
}

impl Stage {
    pub(crate) async fn set(app: &TestApp) -> Self {
        let who = app.owner().await;
        let vault = who.vault("prod").await;
        who.keep(&vault, "db/password", "kept on every stage").await;
        let (api_key, key_id) = who.api_key(json!({ "name": "a key" })).await;
        Self {
            who,
            vault,
            key_id,
            api_key,
        }
    }

    /// Where an endpoint finds the things of this stage.
    pub(crate) fn target(&self, endpoint: &Endpoint) -> String {
        assert_eq!(endpoint.place, Place::Api, "{}", endpoint.id);
        let path = endpoint
            .path
            .replace("{vault_id}", &self.vault)
            .replace("{key_id}", &self.key_id)
            .replace("{path}", "db/password")
            .replace("{version}", "1");
        assert!(!path.contains('{'), "{path}: say what to put there");
        format!("/v1{path}")
    }

    /// The endpoint, called by `by` for the things of this stage.
    pub(crate) fn request(&self, endpoint: &Endpoint, by: &Person) -> Request {
        let request = by.request(endpoint.method.as_str(), &self.target(endpoint));
        match self.body(endpoint) {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    fn body(&self, endpoint: &Endpoint) -> Option<Value> {
        let (email, password) = (&self.who.email, &self.who.password);
        let body = match endpoint.id {
            "signup" => json!({ "email": format!("new-{email}"), "password": password }),
            "login" => json!({ "email": email, "password": password }),
            "apiKeyToken" => json!({ "api_key": self.api_key }),
            "refreshToken" => json!({ "refresh_token": self.who.refresh_token }),
            "changePassword" => {
                json!({ "current_password": password, "new_password": "Another-Battery-77-Staple" })
            }
            "updateMe" => json!({ "display_name": "Countess" }),
            "createApiKey" | "createVault" => json!({ "name": "one more" }),
            "putSecret" => json!({ "value": "put on stage" }),
            other => {
                assert_ne!(
                    endpoint.body,
                    BodyKind::Required,
                    "{other}: say what to send"
                );
                return None;
            }
        };
        Some(body)
    }
}
