//! How each endpoint of the table is called by somebody for whom it works.

use super::{Instance, Person, Request};
use oneclaw_http::{BodyKind, Endpoint, Place, TABLE};
use serde_json::{Value, json};

/// An Ed25519 key of 32 bytes, as an agent shows it that will collect its API key itself.
const PUBLIC_KEY: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// What nobody was ever given.
const NOTHING: &str = "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c";

/// Somebody with one of everything, in an organization of their own.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The owner.
    pub who: Person,
    /// Their vault, with one secret at `db/password`.
    pub vault: String,
    /// An API key of theirs.
    pub api_key: String,
    /// Its id.
    pub key_id: String,
    /// An agent that they registered.
    pub agent: Person,
    /// Another member of the organization.
    pub member_id: String,
    /// A policy of that member on the vault.
    pub policy_id: String,
    /// A rule that lets everybody in.
    pub rule_id: String,
    /// An invitation that waits.
    pub invite_id: String,
    /// The token of the link that decides an agent's request.
    pub enrollment: String,
    /// The id of that request.
    pub pairing_id: String,
    /// With what its agent asks how it went.
    pub poll_token: String,
}

impl Stage {
    /// Every endpoint that is an action.
    pub fn actions() -> impl Iterator<Item = &'static Endpoint> {
        let all = TABLE.iter().flat_map(|rows| rows.iter());
        all.filter(|endpoint| !endpoint.action.is_empty())
    }

    /// Sets one, in an organization of its own.
    ///
    /// # Panics
    /// The server does not do what an owner asks of it.
    pub async fn set(at: &Instance) -> Self {
        let who = at.owner().await;
        let vault = who.vault("prod").await;
        who.keep(&vault, "db/password", "kept on every stage").await;
        let (api_key, key_id) = who.api_key(json!({ "name": "a key" })).await;
        let agent = who.new_agent(json!({ "name": "an agent" })).await;
        let member = who.member("member").await;
        let policy_id = who.grant(&vault, &member, "db/*", &["read"]).await;
        let rule = json!({ "rule_type": "allow", "cidr": "127.0.0.0/8" });
        let rule = who.post("/v1/security/ip-rules", rule).await.is(201);
        let invite = json!({ "email": format!("invited-{}", who.email) });
        who.post("/v1/org/invite", invite).await.is(200);
        let invites = who.get("/v1/org/invites").await.is(200);
        let request = json!({ "name": "asking", "public_key": PUBLIC_KEY });
        let (enrolled, enrollment) = at.enroll(request).await;
        Self {
            member_id: member.user_id,
            rule_id: rule.str("/id"),
            invite_id: invites.str("/invites/0/id"),
            pairing_id: enrolled.str("/pairing_id"),
            poll_token: enrolled.str("/poll_token"),
            who,
            vault,
            api_key,
            key_id,
            agent,
            policy_id,
            enrollment,
        }
    }

    /// The same with ids in the place of all its things that nobody was ever given.
    #[must_use]
    pub fn of_nothing(&self) -> Self {
        let nothing = |number: u8| format!("{NOTHING}{number:02x}");
        Self {
            vault: nothing(0),
            key_id: nothing(1),
            agent: Person {
                user_id: nothing(2),
                ..self.agent.clone()
            },
            member_id: nothing(3),
            policy_id: nothing(4),
            rule_id: nothing(5),
            invite_id: nothing(6),
            pairing_id: nothing(7),
            ..self.clone()
        }
    }

    /// Where an endpoint finds the things of this stage.
    ///
    /// # Panics
    /// The endpoint's path names something that the stage does not know.
    pub fn target(&self, endpoint: &Endpoint) -> String {
        let path = endpoint
            .path
            .replace("{vault_id}", &self.vault)
            .replace("{key_id}", &self.key_id)
            .replace("{agent_id}", &self.agent.user_id)
            .replace("{user_id}", &self.member_id)
            .replace("{rule_id}", &self.rule_id)
            .replace("{policy_id}", &self.policy_id)
            .replace("{invite_id}", &self.invite_id)
            .replace("{pairing_id}/status", &self.status())
            .replace("{path}", "db/password")
            .replace("{version}", "1")
            .replace("{file}", "page.css");
        assert!(!path.contains('{'), "{path}: say what to put there");
        match endpoint.place {
            Place::Api => format!("/v1{path}"),
            Place::Root => path,
        }
    }

    fn status(&self) -> String {
        format!("{}/status?poll={}", self.pairing_id, self.poll_token)
    }

    /// For whom an endpoint works.
    pub fn caller(&self, endpoint: &Endpoint) -> &Person {
        match endpoint.id {
            "getOwnAgent" | "agentToken" => &self.agent,
            _ => &self.who,
        }
    }

    /// The endpoint, called by `by` for the things of this stage; without a credential if they have
    /// none.
    pub fn request(&self, endpoint: &Endpoint, by: &Person) -> Request {
        let (method, target) = (endpoint.method.as_str(), self.target(endpoint));
        let request = if by.token.is_empty() {
            by.instance.request(method, &target)
        } else {
            by.request(method, &target)
        };
        match self.body(endpoint) {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    fn body(&self, endpoint: &Endpoint) -> Option<Value> {
        let body = self
            .account_body(endpoint.id)
            .or_else(|| self.org_body(endpoint.id))
            .or_else(|| self.vault_body(endpoint.id));
        let (required, is_there) = (endpoint.body == BodyKind::Required, body.is_some());
        assert!(is_there || !required, "{}: say what to send", endpoint.id);
        body
    }

    fn account_body(&self, id: &str) -> Option<Value> {
        let (email, password) = (&self.who.email, &self.who.password);
        Some(match id {
            "signup" => json!({ "email": format!("new-{email}"), "password": password }),
            "login" => json!({ "email": email, "password": password }),
            "apiKeyToken" => json!({ "api_key": self.api_key }),
            "agentToken" => json!({ "api_key": self.agent.password }),
            "refreshToken" => json!({ "refresh_token": self.who.refresh_token }),
            "changePassword" => {
                json!({ "current_password": password, "new_password": "Another-Battery-77-Staple" })
            }
            "updateMe" => json!({ "display_name": "Countess" }),
            "createApiKey" => json!({ "name": "one more" }),
            _ => return None,
        })
    }

    fn org_body(&self, id: &str) -> Option<Value> {
        Some(match id {
            "createAgent" | "enrollAgent" => json!({ "name": "one more" }),
            "updateAgent" => json!({ "description": "changed on stage" }),
            "batchDeleteAgents" => json!({ "agent_ids": [self.agent.user_id] }),
            "lookupEnrollment" => json!({ "token": self.enrollment }),
            "decideEnrollment" => json!({ "token": self.enrollment, "decision": "approve" }),
            "updateMemberRole" => json!({ "role": "admin" }),
            "inviteMember" => json!({ "email": format!("another-{}", self.who.email) }),
            "createIpRule" => json!({ "rule_type": "deny", "cidr": "192.0.2.0/24" }),
            _ => return None,
        })
    }

    fn vault_body(&self, id: &str) -> Option<Value> {
        Some(match id {
            "createVault" => json!({ "name": "one more" }),
            "putSecret" => json!({ "value": "put on stage" }),
            "createPolicy" => json!({
                "principal_type": "user", "principal_id": self.member_id,
                "secret_path_pattern": "**", "permissions": ["read"],
            }),
            "updatePolicy" => json!({ "permissions": ["write"] }),
            "explainAccess" => json!({
                "principal_type": "user", "principal_id": self.member_id, "path": "db/password",
                "permission": "read",
            }),
            "dryRunPolicy" => json!({ "delete": { "policy_id": self.policy_id } }),
            _ => return None,
        })
    }
}
