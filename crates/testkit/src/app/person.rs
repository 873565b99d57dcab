//! Somebody who uses the server.

use super::instance::newcomer;
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

    /// Invites somebody new into the organization with a role; they accept and sign up.
    ///
    /// # Panics
    /// Who invites may not.
    pub async fn member(&self, role: &str) -> Self {
        let (email, _) = newcomer();
        let token = self.invite(&email, role).await;
        let member = self.instance.joined(email, &token).await;
        assert_eq!(member.org_id, self.org_id, "{role}");
        member
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

    /// Shares a secret, by its id: `body` says with whom.
    pub async fn share(&self, secret_id: &str, body: Value) -> Answer {
        self.post(&format!("/v1/secrets/{secret_id}/share"), body)
            .await
    }

    /// Reads a secret.
    pub async fn read(&self, vault: &str, path: &str) -> Answer {
        self.get(&secret(vault, path)).await
    }

    /// Registers an agent and gives its id with its API key.
    pub async fn agent(&self, body: Value) -> (String, String) {
        let made = self.post("/v1/agents", body).await.is(201);
        (made.str("/agent/id"), made.str("/api_key"))
    }

    /// Registers an agent and gives it, acting by a token of its own. Its `user_id` is the agent's
    /// id, its `password` the API key; it has no address and no refresh token.
    pub async fn new_agent(&self, body: Value) -> Self {
        let (user_id, api_key) = self.agent(body).await;
        Self {
            instance: self.instance.clone(),
            email: String::new(),
            token: self.instance.agent_token(&api_key).await,
            password: api_key,
            refresh_token: String::new(),
            user_id,
            org_id: self.org_id.clone(),
        }
    }

    /// Invites somebody and gives the token of the link: from their mail, or from the answer where
    /// the link has to be passed on by hand.
    ///
    /// # Panics
    /// Who invites may not, or no mail comes.
    pub async fn invite(&self, email: &str, role: &str) -> String {
        let body = json!({ "email": email, "role": role });
        let made = self.post("/v1/org/invite", body).await.is(200);
        if let Some(link) = made.get("/invite_url").as_str() {
            return token_of(link);
        }
        let mut mails = self.instance.mail_to(email).await;
        mails.retain(|mail| mail.text().contains("/accept-invite?token="));
        match mails.last() {
            Some(mail) => mail.token(),
            None => panic!("no invitation came to {email}"),
        }
    }

    /// `user` or `agent`.
    pub fn principal_type(&self) -> &'static str {
        if self.email.is_empty() {
            "agent"
        } else {
            "user"
        }
    }

    /// Asks for a policy on a vault: `more` says what is not who it is for.
    pub async fn ask_policy(&self, vault: &str, to: &Self, more: &Value) -> Answer {
        let mut body = json!({
            "secret_path_pattern": "**",
            "principal_type": to.principal_type(),
            "principal_id": to.user_id,
            "permissions": ["read"],
        });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more.clone());
        }
        self.post(&format!("/v1/vaults/{vault}/policies"), body)
            .await
    }

    /// Gives somebody permissions at paths of a vault; gives the policy's id.
    pub async fn grant(
        &self,
        vault: &str,
        to: &Self,
        pattern: &str,
        permissions: &[&str],
    ) -> String {
        let more = json!({ "secret_path_pattern": pattern, "permissions": permissions });
        let made = self.ask_policy(vault, to, &more).await.is(201);
        made.str("/id")
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

/// The token in a link.
pub(crate) fn token_of(link: &str) -> String {
    let (_, token) = link
        .split_once("?token=")
        .unwrap_or_else(|| panic!("no token in {link}"));
    token.to_owned()
}
