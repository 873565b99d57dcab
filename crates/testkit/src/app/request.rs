//! One request over a connection of its own. The URL goes out as it is written: nothing is
//! normalized or encoded.

use super::{Answer, Instance};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// A request that is being put together.
#[must_use]
#[derive(Clone, Debug)]
pub struct Request {
    address: SocketAddr,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    secrets: Vec<String>,
    notes: crate::app::test_app::Notes,
}

impl Request {
    pub(crate) fn new(instance: &Instance, method: &str, target: &str) -> Self {
        Self {
            address: instance.address(),
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            secrets: Vec::new(),
            notes: instance.notes(),
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let secret = [
            "x-auth-confirm",
            "x-share-passphrase",
            "x-cmek-old-key",
            "x-cmek-new-key",
        ];
        if secret.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            self.secrets.push(value.to_owned());
        }
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Shows a credential.
    pub fn bearer(self, credential: &str) -> Self {
        self.header("authorization", &format!("Bearer {credential}"))
    }

    /// Sends a JSON body. What it calls `value`, `password` and the like must never be logged.
    pub fn json(mut self, body: &Value) -> Self {
        for member in [
            "value",
            "new_value",
            "password",
            "current_password",
            "new_password",
            "invite_token",
            "id_token",
            "device_code",
            "passphrase",
            "token",
            "mfa_token",
            "code",
        ] {
            if let Some(secret) = body.get(member).and_then(Value::as_str) {
                self.secrets.push(secret.to_owned());
            }
        }
        self.body = body.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    /// Sends any body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it and waits for the answer.
    ///
    /// # Panics
    /// The server cannot be reached, or does not speak HTTP.
    pub async fn send(self) -> Answer {
        let asked = format!("{} {}", self.method, self.target);
        match self.try_send().await {
            Ok(answer) => answer,
            Err(error) => panic!("{asked}: {error}"),
        }
    }

    /// Sends it and waits for the answer.
    ///
    /// # Errors
    /// The server cannot be reached, or hangs up.
    pub async fn try_send(self) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        self.notes.add(self.secrets);
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
            .preserve_header_case(true)
            .handshake(TokioIo::new(stream))
            .await?;
        let connection = tokio::spawn(connection);
        let mut request = hyper::Request::builder()
            .method(self.method.as_str())
            .uri(&self.target)
            .header("host", self.address.to_string());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = sender
            .send_request(request.body(Full::new(Bytes::from(self.body)))?)
            .await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes().to_vec();
        connection.abort();
        let headers = head.headers.iter();
        let answer = Answer {
            asked: format!("{} {}", self.method, self.target),
            status: head.status.as_u16(),
            headers: headers
                .map(|(name, value)| {
                    (
                        name.to_string(),
                        String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    )
                })
                .collect(),
            body,
        };
        self.notes.add(secrets_in(&answer));
        Ok(answer)
    }
}

/// What an answer gave out that must never be logged.
fn secrets_in(answer: &Answer) -> Vec<String> {
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
        return Vec::new();
    };
    let members = [
        "access_token",
        "refresh_token",
        "api_key",
        "value",
        "invite_url",
        "approval_url",
        "poll_token",
        "device_code",
        "mfa_token",
        "reauth_token",
        "secret",
        "otpauth_uri",
    ];
    let codes = body.get("recovery_codes").and_then(Value::as_array);
    let codes = codes.into_iter().flatten();
    members
        .iter()
        .filter_map(|member| body.get(member))
        .chain(codes)
        .filter_map(|secret| Some(secret.as_str()?.to_owned()))
        .collect()
}
