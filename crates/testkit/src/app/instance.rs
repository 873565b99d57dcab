//! One running server of several on a store.

use super::person::token_of;
use super::test_app::Notes;
use super::{Answer, Person, Request};
use crate::{Issuer, Mailbox, Received, Till};
use oneclaw_domain::{Clock, Ids};
use oneclaw_http::{HttpApp, HttpSettings, Metrics, TABLE, serving};
use oneclaw_services::{
    IdentityVerifier, KeyProvider, Mailer, Payments, Seams, Services, Settings, SystemIds,
};
use oneclaw_storage_diesel::DieselStore;
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Requests in flight get so long to finish when an instance stops.
const GRACE: Duration = Duration::from_secs(10);

static PEOPLE: AtomicU32 = AtomicU32::new(0);

/// One running server. Clones are the same one.
#[derive(Clone)]
pub struct Instance(Arc<Running>);

struct Running {
    address: SocketAddr,
    services: Services,
    store: DieselStore,
    metrics: Arc<Metrics>,
    notes: Notes,
    mailbox: Mailbox,
    issuer: Issuer,
    till: Till,
    stop: Box<dyn Fn() -> Stopping + Send + Sync>,
}

type Stopping = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Instance({})", self.0.address)
    }
}

/// What an instance is started with.
pub(crate) struct Start {
    pub(crate) store: DieselStore,
    pub(crate) key_provider: Arc<dyn KeyProvider>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) mailer: Arc<dyn Mailer>,
    pub(crate) mailbox: Mailbox,
    pub(crate) identities: Arc<dyn IdentityVerifier>,
    pub(crate) issuer: Issuer,
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) till: Till,
    pub(crate) services: Settings,
    pub(crate) http: HttpSettings,
    pub(crate) notes: Notes,
}

impl Instance {
    pub(crate) async fn start(start: Start) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|e| panic!("no port: {e}"));
        let address = listener
            .local_addr()
            .unwrap_or_else(|e| panic!("no address: {e}"));
        let ids: Arc<dyn Ids> = Arc::new(SystemIds);
        let seams = Seams {
            store: Arc::new(start.store.clone()),
            key_provider: start.key_provider,
            clock: start.clock,
            ids: Arc::clone(&ids),
            mailer: start.mailer,
            identities: start.identities,
            payments: start.payments,
        };
        let services = Services::start(seams, start.services)
            .await
            .unwrap_or_else(|error| panic!("the services did not start: {error}"));
        let metrics = Arc::new(Metrics::new());
        let app = HttpApp::new(start.http, ids, Arc::clone(&metrics), TABLE);
        let server = app
            .listen(vec![listener], 1, GRACE, serving(&services))
            .unwrap_or_else(|error| panic!("the server did not start: {error}"));
        let handle = server.handle();
        tokio::spawn(server);
        let stop = Box::new(move || -> Stopping { Box::pin(handle.stop(true)) });
        let (store, notes, mailbox) = (start.store, start.notes, start.mailbox);
        let (issuer, till) = (start.issuer, start.till);
        Self(Arc::new(Running {
            address,
            services,
            store,
            metrics,
            notes,
            mailbox,
            issuer,
            till,
            stop,
        }))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// Its services, for what has no endpoint.
    pub fn services(&self) -> &Services {
        &self.0.services
    }

    /// Its store.
    pub fn store(&self) -> &DieselStore {
        &self.0.store
    }

    /// The issuer whose word it takes, unless the test says otherwise.
    pub fn issuer(&self) -> &Issuer {
        &self.0.issuer
    }

    /// The payment provider that it calls, unless the test says otherwise.
    pub fn till(&self) -> &Till {
        &self.0.till
    }

    /// A good token by which that issuer says who somebody is.
    pub fn id_token(&self, subject: &str, email: &str) -> String {
        let now = self.0.services.now();
        self.0
            .issuer
            .token(&self.0.issuer.claims(subject, email, now))
    }

    /// What it counts.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The mails that one address has received so far, after a delivery.
    pub(crate) async fn mail_to(&self, address: &str) -> Vec<Received> {
        let delivered = self.0.services.deliver_mail().await;
        delivered.unwrap_or_else(|error| panic!("the outbox: {error}"));
        self.0.mailbox.messages_to(address)
    }

    pub(crate) fn notes(&self) -> Notes {
        self.0.notes.clone()
    }

    /// A request without a credential.
    pub fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self, method, target)
    }

    /// GET without a credential.
    pub async fn get(&self, target: &str) -> Answer {
        self.request("GET", target).send().await
    }

    /// POST without a credential.
    pub async fn post(&self, target: &str, body: Value) -> Answer {
        self.request("POST", target).json(&body).send().await
    }

    /// Somebody new signs up: the owner of an organization of their own. The first one is the
    /// platform's, and has no limits.
    pub async fn owner(&self) -> Person {
        let (email, body) = newcomer();
        let person = self.signed_up(email, body).await;
        self.0.notes.note_first(&person);
        person
    }

    /// Somebody new signs up by an invitation to `email`.
    pub(crate) async fn joined(&self, email: String, invite_token: &str) -> Person {
        let (_, mut body) = newcomer();
        if let Some(body) = body.as_object_mut() {
            body.insert("email".to_owned(), json!(email));
            body.insert("invite_token".to_owned(), json!(invite_token));
        }
        self.signed_up(email, body).await
    }

    async fn signed_up(&self, email: String, body: Value) -> Person {
        let password = body.get("password").and_then(Value::as_str);
        let password = password.unwrap_or_default().to_owned();
        let answer = self.post("/v1/auth/signup", body).await.is(200);
        Person {
            instance: self.clone(),
            token: answer.str("/access_token"),
            refresh_token: answer.str("/refresh_token"),
            user_id: answer.str("/user_id"),
            org_id: answer.str("/org_id"),
            email,
            password,
        }
    }

    /// Exchanges an agent's API key for a token.
    pub async fn agent_token(&self, api_key: &str) -> String {
        let body = json!({ "api_key": api_key });
        let answer = self.post("/v1/auth/agent-token", body).await.is(200);
        answer.str("/access_token")
    }

    /// An agent asks to be registered; gives the answer, and the token of the link that decides.
    pub async fn enroll(&self, body: Value) -> (Answer, String) {
        let made = self.post("/v1/agents/enroll", body).await.is(201);
        let token = token_of(&made.str("/approval_url"));
        (made, token)
    }

    /// Stops it as SIGTERM would.
    pub async fn stop(&self) {
        (self.0.stop)().await;
        self.0.services.close().await;
        self.0.store.close().await;
    }
}

/// An address that nobody has, and what somebody signs up with.
pub(crate) fn newcomer() -> (String, Value) {
    let number = PEOPLE.fetch_add(1, Ordering::Relaxed);
    let email = format!("person-{number}@example.test");
    let password = format!("Correct-Horse-{number}-Battery");
    let name = format!("Person {number}");
    let body = json!({ "email": email, "password": password, "display_name": name });
    (email, body)
}
