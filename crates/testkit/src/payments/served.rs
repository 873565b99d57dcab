//! How the provider's calls are answered, well or badly.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What is answered to who calls.
#[derive(Clone, Debug)]
pub enum TillAnswer {
    /// As Stripe would.
    AsStripe,
    /// Exactly this.
    Exactly {
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
    /// The connection is closed.
    HangsUp,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The path.
    pub path: String,
    /// The form's fields.
    pub fields: BTreeMap<String, String>,
    /// The headers, names in lower case.
    pub headers: BTreeMap<String, String>,
}

/// What the provider and those who are asked share.
pub(super) struct Shared {
    pub(super) answer: TillAnswer,
    pub(super) asked: Vec<Asked>,
}

/// The same, for several.
#[derive(Clone)]
pub(super) struct Served(Arc<Mutex<Shared>>);

impl Served {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Shared {
            answer: TillAnswer::AsStripe,
            asked: Vec::new(),
        })))
    }

    pub(super) fn shared(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers whoever calls, until the runtime ends.
    pub(super) async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(self.clone().answer(stream));
        }
    }

    async fn answer(self, mut stream: TcpStream) {
        let Some(asked) = read(&mut stream).await else {
            return;
        };
        let answer = {
            let mut shared = self.shared();
            shared.asked.push(asked.clone());
            let number = shared.asked.len();
            match &shared.answer {
                TillAnswer::AsStripe => Some((200, as_stripe(&asked, number).to_string())),
                TillAnswer::Exactly { status, body } => Some((*status, body.clone())),
                TillAnswer::HangsUp => None,
            }
        };
        if let Some((status, body)) = answer {
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            // a client that hangs up before the end is what some tests are about
            let _gone = stream.write_all(answer.as_bytes()).await;
            let _gone = stream.shutdown().await;
        }
    }
}

/// The object that the call makes.
fn as_stripe(asked: &Asked, number: usize) -> Value {
    let of = |name: &str| asked.fields.get(name).cloned().unwrap_or_default();
    match asked.path.as_str() {
        // one customer for all calls of one name, as the idempotency key says
        "/v1/customers" => {
            let org = of("metadata[oneclaw_org]").replace('-', "");
            json!({ "id": format!("cus_{org}"), "object": "customer" })
        }
        "/v1/checkout/sessions" => json!({
            "id": format!("cs_test_{number}"), "object": "checkout.session",
            "url": format!("https://checkout.example.test/c/pay/cs_test_{number}#fid"),
        }),
        "/v1/billing_portal/sessions" => json!({
            "id": format!("bps_{number}"), "object": "billing_portal.session",
            "url": format!("https://billing.example.test/p/session/{number}"),
        }),
        _ => json!({ "error": { "type": "invalid_request_error" } }),
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes: Vec<u8> = Vec::new();
    let mut part = [0_u8; 4096];
    loop {
        if let Some(asked) = parse(&bytes) {
            return Some(asked);
        }
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend(part.iter().take(read)),
        }
    }
}

/// The call, once all of it is there.
fn parse(bytes: &[u8]) -> Option<Asked> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    if body.len() < length {
        return None;
    }
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    let fields = pairs.map(|(name, value)| (plain(name), plain(value)));
    Some(Asked {
        path,
        fields: fields.collect(),
        headers,
    })
}

/// A form's text, decoded.
fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = digits.filter(|_| *first == b'%');
        if let Some(byte) = escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = behind.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
