//! How each endpoint of the table is called by somebody for whom it works.

use super::proofs::{Proofs, passwordless};
use super::runner::{admin_body, runner_with};
use super::{CustomerKey, Instance, Person, Request};
use crate::{Till, credits_paid};
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
    /// Their vault, with one secret at `db/password`, and a customer's key for all that comes in.
    pub vault: String,
    /// A rotation of that vault to this key.
    pub job_id: String,
    /// An API key of theirs.
    pub api_key: String,
    /// Its id.
    pub key_id: String,
    /// An agent that they registered.
    pub agent: Person,
    /// Who runs the installation.
    pub runner: Person,
    /// Their organization.
    pub org_id: String,
    /// Another member of that one.
    pub resident_id: String,
    /// Another member of the organization.
    pub member_id: String,
    /// A policy of that member on the vault.
    pub policy_id: String,
    /// The id of the vault's secret.
    pub secret_id: String,
    /// A share of it that the owner made for themselves.
    pub share_id: String,
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
    /// What proves the owner's address, where mail can be read.
    pub verification: String,
    /// What sets the owner's password anew, where mail can be read.
    pub reset: String,
    /// What gives the owner another address, where mail can be read.
    pub email_code: String,
    /// Somebody without a password, in an organization of their own, where mail can be read.
    pub passwordless: Person,
    /// What a device that waits to be let in asks with.
    pub device_code: String,
    /// What it shows.
    pub user_code: String,
    /// A member who set a second factor up, and has not turned it on.
    pub beginner: Person,
    /// The code that would turn it on.
    pub first_code: String,
    /// A member with a second factor, who showed their password.
    pub guarded: Person,
    /// With what their code is asked for.
    pub mfa_token: String,
    /// A recovery code of theirs.
    pub recovery_code: String,
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
        let kept = who.keep(&vault, "db/password", "kept on every stage").await;
        let secret_id = kept.str("/id");
        let job_id = Self::under_cmek(&who, &vault).await;
        let share = json!({ "recipient_type": "user", "recipient_id": who.user_id });
        let share = who.share(&secret_id, share).await.is(201);
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
        let device = at.post("/v1/auth/device/code", json!({})).await.is(200);
        let vouched = json!({ "id_token": vouched(&who) });
        at.post("/v1/auth/google", vouched).await.is(200);
        let beginner = who.member("member").await;
        let guarded = who.member("member").await;
        let app = guarded.turn_mfa_on().await;
        let credits = json!({ "amount_usd": 5 });
        who.post("/v1/billing/credits/topup", credits).await.is(200); // who bought has bills
        let (runner, resident_id) = runner_with(&member).await;
        let mails = Proofs::of(&who).await;
        let passwordless = passwordless(at).await.unwrap_or_else(|| who.clone());
        Self {
            verification: mails.verification,
            reset: mails.reset,
            email_code: mails.email_code,
            passwordless,
            first_code: beginner.set_up_mfa().await.code(at, 0),
            beginner,
            mfa_token: guarded.challenge().await,
            recovery_code: app.recovery_codes.first().cloned().unwrap_or_default(),
            guarded,
            org_id: runner.org_id.clone(),
            runner,
            resident_id,
            member_id: member.user_id,
            secret_id,
            share_id: share.str("/id"),
            rule_id: rule.str("/id"),
            invite_id: invites.str("/invites/0/id"),
            device_code: device.str("/device_code"),
            user_code: device.str("/user_code"),
            pairing_id: enrolled.str("/pairing_id"),
            poll_token: enrolled.str("/poll_token"),
            who,
            vault,
            job_id,
            api_key,
            key_id,
            agent,
            policy_id,
            enrollment,
        }
    }

    /// Gives a vault a customer's key, by way of another, and the organization the plan for it. Gives
    /// the id of that rotation, or one of nothing where they may not.
    ///
    /// # Panics
    /// The store fails.
    pub async fn under_cmek(who: &Person, vault: &str) -> String {
        let [key, before] = keys();
        buy(who).await;
        who.enable_cmek(vault, &before).await;
        let rotated = who.rotate_cmek(vault, &before, &key).await;
        match rotated.status {
            202 => rotated.str("/id"),
            _ => format!("{NOTHING}ff"),
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
            user_code: "ZZZZ-ZZZZ".to_owned(),
            secret_id: nothing(8),
            share_id: nothing(9),
            job_id: nothing(10),
            org_id: nothing(11),
            resident_id: nothing(12),
            ..self.clone()
        }
    }

    /// Where an endpoint finds the things of this stage.
    ///
    /// # Panics
    /// The endpoint's path names something that the stage does not know.
    pub fn target(&self, endpoint: &Endpoint) -> String {
        let is_admin = endpoint.path.starts_with("/admin/");
        let user_id = if is_admin {
            &self.resident_id
        } else {
            &self.member_id
        };
        let path = endpoint
            .path
            .replace("{vault_id}", &self.vault)
            .replace("{job_id}", &self.job_id)
            .replace("{key_id}", &self.key_id)
            .replace("{agent_id}", &self.agent.user_id)
            .replace("{user_id}", user_id)
            .replace("{rule_id}", &self.rule_id)
            .replace("{policy_id}", &self.policy_id)
            .replace("{invite_id}", &self.invite_id)
            .replace("{secret_id}", &self.secret_id)
            .replace("{share_id}", &self.share_id)
            .replace("{pairing_id}/status", &self.status())
            .replace("{user_code}", &self.user_code)
            .replace("{org_id}", &self.org_id)
            .replace("{key}", "on.stage")
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
            _ if endpoint.path.starts_with("/admin/") => &self.runner,
            "getOwnAgent" | "agentToken" => &self.agent,
            "verifyMfaSetup" | "deleteMe" => &self.beginner,
            "setPassword" => &self.passwordless,
            "verifyMfa" | "disableMfa" => &self.guarded,
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
        let request = match endpoint.id {
            "rotateCmek" => with_keys(request),
            "takePaymentEvent" => return said(&by.instance, request),
            _ => request,
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
            .or_else(|| self.vault_body(endpoint.id))
            .or_else(|| admin_body(endpoint.id, self));
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
            "loginWithIdToken" => json!({ "id_token": vouched(&self.who) }),
            "requestDeviceCode" => json!({ "client_id": "a device" }),
            "pollDeviceToken" => json!({
                "device_code": self.device_code,
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            }),
            "lookupDevice" | "approveDevice" | "denyDevice" => {
                json!({ "user_code": self.user_code })
            }
            "refreshToken" => json!({ "refresh_token": self.who.refresh_token }),
            "changePassword" => {
                json!({ "current_password": password, "new_password": "Another-Battery-77-Staple" })
            }
            "setPassword" => json!({ "password": "Another-Battery-77-Staple" }),
            "verifyEmail" => json!({ "token": self.verification }),
            "forgotPassword" => json!({ "email": email }),
            "resetPassword" => {
                json!({ "token": self.reset, "new_password": "Another-Battery-77-Staple" })
            }
            "changeEmail" => json!({ "new_email": format!("another-{email}") }),
            "verifyEmailChange" => json!({ "code": self.email_code }),
            "updateSettings" => json!({ "require_passkey_for_vaults": false }),
            "updateMe" => json!({ "display_name": "Countess" }),
            "createApiKey" => json!({ "name": "one more" }),
            "verifyMfaSetup" => json!({ "code": self.first_code }),
            "verifyMfa" => json!({ "mfa_token": self.mfa_token, "code": self.recovery_code }),
            "disableMfa" => json!({ "code": self.recovery_code }),
            "reauth" => json!({ "password": password }),
            "deleteMe" => json!({ "confirmation": "DELETE MY ACCOUNT" }),
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
            "subscribe" => json!({ "tier": "pro", "interval": "monthly" }),
            "topUpCredits" => json!({ "amount_usd": 5 }),
            "setOverageMethod" => json!({ "method": "credits" }),
            _ => return None,
        })
    }

    fn vault_body(&self, id: &str) -> Option<Value> {
        Some(match id {
            "createVault" => json!({ "name": "one more" }),
            "putSecret" => json!({ "value": keys()[0].encrypt("put on stage") }),
            "rotateSecret" | "rotateSecretAlias" => {
                json!({ "new_value": keys()[0].encrypt("rotated on stage") })
            }
            "enableCmek" => json!({ "fingerprint": keys()[0].fingerprint() }),
            "rotateCmek" => json!({ "new_fingerprint": keys()[1].fingerprint() }),
            "createShare" => json!({ "recipient_type": "anyone_with_link" }),
            "createShareAlias" => {
                json!({ "recipient_type": "anyone_with_link", "secret_id": self.secret_id })
            }
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

/// The customer's key of a stage's vault, and another.
fn keys() -> [CustomerKey; 2] {
    [CustomerKey::of(8), CustomerKey::of(7)]
}

fn with_keys(request: Request) -> Request {
    let [old, new] = keys();
    request
        .header("x-cmek-old-key", old.text())
        .header("x-cmek-new-key", new.text())
}

/// What the payment provider says of a customer that nobody is.
fn said(at: &Instance, request: Request) -> Request {
    let now = at.services().now();
    let body = credits_paid("evt_stage", "cus_nobody", 500, now).to_string();
    let signature = Till::signature(body.as_bytes(), now);
    request.header("stripe-signature", &signature).body(body)
}

/// Gives somebody's organization a plan that has customers' keys, where it has none.
async fn buy(who: &Person) {
    let own = format!("SELECT org_id FROM users WHERE email = '{}'", who.email);
    let sql = format!("UPDATE orgs SET plan = 'business' WHERE plan IS NULL AND id = ({own})");
    let bought = who.instance.store().raw_execute(&sql).await;
    bought.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// A token by which the issuer says that somebody is there who has much the same address.
fn vouched(who: &Person) -> String {
    let email = format!("vouched-{}", who.email);
    who.instance.id_token(&who.email, &email)
}
