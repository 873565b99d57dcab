//! One stage after the other, for tests that go through all endpoints.

use super::{Instance, Stage};
use oneclaw_http::Endpoint;

/// What changes nothing, beside all that only looks, that another endpoint of the stage depends on.
const HARMLESS: &[&str] = &[
    "acceptShare",
    "accessShareByPost",
    "agentToken",
    "apiKeyToken",
    "createAgent",
    "createApiKey",
    "createIpRule",
    "createPolicy",
    "createShare",
    "createShareAlias",
    "createVault",
    "dryRunPolicy",
    "enrollAgent",
    "explainAccess",
    "forgotPassword",
    "inviteMember",
    "login",
    "loginWithIdToken",
    "lookupDevice",
    "lookupEnrollment",
    "openBillingPortal",
    "pollDeviceToken",
    "previewShare",
    "putSecret",
    "requestDeviceCode",
    "rotateAgentIdentityKeys",
    "rotateSecret",
    "rotateSecretAlias",
    "setOverageMethod",
    "signup",
    "subscribe",
    "takePaymentEvent",
    "topUpCredits",
    "updateAgent",
    "updateMe",
    "updateSettings",
];

/// Whether an endpoint leaves a stage as good as it was for every other.
pub fn is_harmless(endpoint: &Endpoint) -> bool {
    endpoint.method == "GET" || HARMLESS.contains(&endpoint.id)
}

/// Stages in organizations of their own, each used until something on it is changed.
#[derive(Debug)]
pub struct Stages<'a> {
    at: &'a Instance,
    free: Option<Stage>,
}

impl<'a> Stages<'a> {
    /// None yet.
    pub const fn at(at: &'a Instance) -> Self {
        Self { at, free: None }
    }

    /// One on which the endpoint works: each endpoint once.
    pub async fn for_endpoint(&mut self, endpoint: &Endpoint) -> Stage {
        let stage = match self.free.take() {
            Some(stage) => stage,
            None => Stage::set(self.at).await,
        };
        self.free = is_harmless(endpoint).then(|| stage.clone());
        stage
    }
}
