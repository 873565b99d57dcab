//! How the issuer's keys are served, well or badly.

use super::key::IssuerKey;
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What is answered to who asks for the keys.
#[derive(Clone, Debug)]
pub enum JwksAnswer {
    /// The keys, good for so many seconds.
    Keys {
        /// As `Cache-Control: max-age`.
        max_age: i64,
    },
    /// Exactly this: a status line's number, headers and a body.
    Exactly {
        /// The status.
        status: u16,
        /// Further headers.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
    },
    /// The connection is closed.
    HangsUp,
    /// Nothing, for as long as the client waits.
    Nothing,
    /// The keys, good for an hour, once this is told to somebody.
    Held(Arc<Notify>),
}

/// What the issuer and those who are asked share.
pub(super) struct Shared {
    pub(super) keys: Vec<IssuerKey>,
    pub(super) answer: JwksAnswer,
    /// How often it was asked.
    pub(super) asked: usize,
}

/// The same, for several.
#[derive(Clone)]
pub(super) struct Served(Arc<Mutex<Shared>>);

impl Served {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Shared {
            keys: vec![IssuerKey::first()],
            answer: JwksAnswer::Keys { max_age: 3600 },
            asked: 0,
        })))
    }

    pub(super) fn shared(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers whoever asks, until the runtime ends.
    pub(super) async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(self.clone().answer(stream));
        }
    }

    async fn answer(self, mut stream: TcpStream) {
        let mut head: Vec<u8> = Vec::new();
        let mut part = [0_u8; 1024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut part).await {
                Ok(0) | Err(_) => return,
                Ok(read) => head.extend(part.iter().take(read)),
            }
        }
        let (held, answer) = {
            let mut shared = self.shared();
            shared.asked += 1;
            let held = match &shared.answer {
                JwksAnswer::Held(held) => Some(Arc::clone(held)),
                _ => None,
            };
            (held, shared.written())
        };
        if let Some(held) = held {
            held.notified().await;
        }
        match answer {
            // until the client goes
            None => while stream.read(&mut part).await.is_ok_and(|read| read > 0) {},
            Some(answer) => {
                // a client that hangs up before the end is what some tests are about
                let _gone = stream.write_all(answer.as_bytes()).await;
                let _gone = stream.shutdown().await;
            }
        }
    }
}

impl Shared {
    /// The key of the day, good for so many seconds.
    fn keys_for(&self, max_age: i64) -> (u16, Vec<(String, String)>, String) {
        let keys: Vec<_> = self.keys.iter().rev().take(1).map(IssuerKey::jwk).collect();
        let age = format!("public, max-age={max_age}, must-revalidate");
        let headers = vec![("cache-control".to_owned(), age)];
        (200, headers, json!({ "keys": keys }).to_string())
    }

    /// The answer's bytes; `None` = none.
    fn written(&self) -> Option<String> {
        let (status, headers, body) = match &self.answer {
            JwksAnswer::Nothing => return None,
            JwksAnswer::HangsUp => return Some(String::new()),
            JwksAnswer::Keys { max_age } => self.keys_for(*max_age),
            JwksAnswer::Held(_) => self.keys_for(3600),
            JwksAnswer::Exactly {
                status,
                headers,
                body,
            } => (*status, headers.clone(), body.clone()),
        };
        let headers: String = headers
            .into_iter()
            .flat_map(|(name, value)| [name, ": ".to_owned(), value, "\r\n".to_owned()])
            .collect();
        let length = body.len();
        Some(format!(
            "HTTP/1.1 {status} Said\r\n{headers}content-length: {length}\r\n\r\n{body}"
        ))
    }
}
