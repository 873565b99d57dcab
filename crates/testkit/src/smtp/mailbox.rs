//! The listener, and what a test asks of it.

use super::Received;
use super::conversation::converse;
use super::tls::identity;
use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener as AsyncListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// How the listener treats a recipient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Behaviour {
    /// Takes the message.
    Accept,
    /// Answers `RCPT TO` with this code, and with the address in its text as servers do.
    Reply(u16),
    /// Takes the whole message, and then never answers.
    Hang,
}

/// What the listener offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encryption {
    /// Nothing.
    None,
    /// STARTTLS, with a self-signed certificate for `localhost`.
    StartTls,
}

/// A real SMTP listener on loopback. Clones are the same one.
#[derive(Clone)]
pub struct Mailbox(Arc<Shared>);

pub(super) struct Shared {
    address: SocketAddr,
    certificate: Option<String>,
    pub(super) acceptor: Option<TlsAcceptor>,
    /// The user and password that are taken; with none, no login is offered.
    pub(super) login: Option<(String, String)>,
    state: Mutex<State>,
    changed: watch::Sender<usize>,
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    rest: Option<Behaviour>,
    rules: HashMap<String, Behaviour>,
    connections: usize,
    /// Everything that came in the clear, for those who look for what must not.
    in_clear: String,
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mailbox({})", self.0.address)
    }
}

impl Mailbox {
    /// Listens, on the current runtime, without encryption and without a login.
    pub fn start() -> Self {
        Self::start_with(Encryption::None, None)
    }

    /// Listens, on the current runtime.
    ///
    /// # Panics
    /// There is no port.
    pub fn start_with(encryption: Encryption, login: Option<(&str, &str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .and_then(AsyncListener::from_std)
            .unwrap_or_else(|error| panic!("no port for mail: {error}"));
        let address = listener
            .local_addr()
            .unwrap_or_else(|error| panic!("no address for mail: {error}"));
        let identity = (encryption == Encryption::StartTls).then(identity);
        let shared = Arc::new(Shared {
            address,
            certificate: identity.as_ref().map(|own| own.certificate.clone()),
            acceptor: identity.map(|own| own.acceptor),
            login: login.map(|(user, password)| (user.to_owned(), password.to_owned())),
            state: Mutex::default(),
            changed: watch::Sender::new(0),
        });
        let serving = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.state().connections += 1;
                tokio::spawn(converse(stream, Arc::clone(&serving)));
            }
        });
        Self(shared)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Its certificate in PEM, where it has one.
    pub fn certificate(&self) -> Option<&str> {
        self.0.certificate.as_deref()
    }

    /// How it treats everybody from now on.
    pub fn treat_all(&self, behaviour: Behaviour) {
        self.0.state().rest = Some(behaviour);
    }

    /// How it treats one recipient from now on.
    pub fn treat(&self, recipient: &str, behaviour: Behaviour) {
        let rules = &mut self.0.state().rules;
        rules.insert(recipient.to_owned(), behaviour);
    }

    /// Everything that it took, in the order of arrival.
    pub fn messages(&self) -> Vec<Received> {
        self.0.state().received.clone()
    }

    /// What it took for one recipient, in the order of arrival.
    pub fn messages_to(&self, recipient: &str) -> Vec<Received> {
        let mut messages = self.messages();
        messages.retain(|message| message.to.iter().any(|to| to == recipient));
        messages
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.0.state().connections
    }

    /// Everything that came in the clear.
    pub fn in_clear(&self) -> String {
        self.0.state().in_clear.clone()
    }

    /// Waits until so many messages arrived in all, those included that were never answered.
    pub async fn arrived(&self, many: usize) {
        let mut count = self.0.changed.subscribe();
        // the sender lives in `self`
        drop(count.wait_for(|count| *count >= many).await);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn behaviour(&self, recipient: &str) -> Behaviour {
        let state = self.state();
        let rule = state.rules.get(recipient).copied();
        rule.or(state.rest).unwrap_or(Behaviour::Accept)
    }

    pub(super) fn note_in_clear(&self, line: &str) {
        self.state().in_clear.push_str(line);
    }

    /// Keeps a message. One that is never answered is kept, too: it did arrive.
    pub(super) fn keep(&self, message: Received) {
        self.state().received.push(message);
        self.changed.send_modify(|count| *count += 1);
    }
}
