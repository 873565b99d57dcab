//! Somebody who uses the server.

use super::{Answer, Instance, Request};
use serde_json::{Value, json};

/// Somebody with a credential, at one instance.
#[derive(Clone, Debug)]
pub struct Person {
    /// Where they talk to.
    pub instance: Instance,
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// What they show.
    pub token: String,
    /// Their refresh token, from the login that gave the token.
    pub refresh_token: String,
    /// Their id.
    pub user_id: String,
    /// Their organization's id.
    pub org_id: String,
}

impl Person {
    /// The same person, talking to another instance.
    #[must_use]
    pub fn at(&self, instance: &Instance) -> Self {
        Self {
            instance: instance.clone(),
            ..self.clone()
        }
    }

    /// The same person with another credential.
    #[must_use]
    pub fn with(&self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    /// A request with their credential.
    pub fn request(&self, method: &str, target: &str) -> Request {
        self.instance.request(method, target).bearer(&self.token)
    }

    /// GET.
    pub async fn get(&self, target: &str) -> Answer {
        self.request("GET", target).send().await
    }

    /// DELETE, as clients send it: with a content type and no body.
    pub async fn delete(&self, target: &str) -> Answer {
        self.request("DELETE", target)
            .header("content-type", "application/json")
            .send()
            .await
    }

    /// POST with a body.
    pub async fn post(&self, target: &str, body: Value) -> Answer {
        self.request("POST", target).json(&body).send().await
    }

    /// POST without a body.
    pub async fn post_empty(&self, target: &str) -> Answer {
        self.request("POST", target)
            .header("content-type", "application/json")
            .send()
            .await
    }

    /// PUT with a body.
    pub async fn put(&self, target: &str, body: Value) -> Answer {
        self.request("PUT", target).json(&body).send().await
    }

    /// PATCH with a body.
    pub async fn patch(&self, target: &str, body: Value) -> Answer {
        self.request("PATCH", target).json(&body).send().await
    }

    /// Makes a vault and gives its id.
    pub async fn vault(&self, name: &str) -> String {
        self.post("/v1/vaults", json!({ "name": name }))
            .await
            .is(201)
            .str("/id")
    }

    /// Writes a secret and gives the answer.
    pub async fn keep(&self, vault: &str, path: &str, value: &str) -> Answer {
        self.put(&secret(vault, path), json!({ "value": value }))
            .await
            .is(201)
    }

    /// Reads a secret.
    pub async fn read(&self, vault: &str, path: &str) -> Answer {
        self.get(&secret(vault, path)).await
    }

    /// Makes an API key and gives it with its id.
    pub async fn api_key(&self, body: Value) -> (String, String) {
        let made = self.post("/v1/auth/api-keys", body).await.is(201);
        (made.str("/api_key"), made.str("/key/id"))
    }
}

fn secret(vault: &str, path: &str) -> String {
    format!("/v1/vaults/{vault}/secrets/{path}")
}
