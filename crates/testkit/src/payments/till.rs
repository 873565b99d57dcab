//! Who takes money.

use super::served::{Asked, Served, TillAnswer};
use crate::{Answer, Instance};
use oneclaw_adapters::{StripePayments, StripePrices, StripeSettings};
use oneclaw_domain::Timestamp;
use oneclaw_services::{Payments, SecretText};
use ring::hmac;
use serde_json::Value;
use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// The key with which the product calls.
const KEY: &str = "sk_test_51OneclawTestKeyThatIsNeverPrinted";
/// The secret by which the provider signs.
const SECRET: &str = "whsec_OneclawTestSecretThatIsNeverPrinted";

/// A payment provider. Clones are the same one.
#[derive(Clone)]
pub struct Till {
    address: SocketAddr,
    served: Served,
}

impl std::fmt::Debug for Till {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Till({})", self.address)
    }
}

impl Till {
    /// Starts one, on a port of its own.
    ///
    /// # Panics
    /// There is no port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .unwrap_or_else(|error| panic!("no port: {error}"));
        let address = listener
            .local_addr()
            .unwrap_or_else(|error| panic!("no address: {error}"));
        let listener = tokio::net::TcpListener::from_std(listener)
            .unwrap_or_else(|error| panic!("no runtime: {error}"));
        let served = Served::new();
        tokio::spawn(served.clone().serve(listener));
        Self { address, served }
    }

    /// As the operator names it.
    pub fn settings(&self) -> StripeSettings {
        let price = |name: &str| Some(format!("price_{name}"));
        StripeSettings {
            secret_key: SecretText::new(KEY.to_owned()),
            webhook_secret: Some(SecretText::new(SECRET.to_owned())),
            api_url: format!("http://{}", self.address),
            return_url: "https://secrets.example.com".to_owned(),
            prices: StripePrices {
                pro_monthly: price("pro_monthly"),
                pro_yearly: price("pro_yearly"),
                business_monthly: price("business_monthly"),
                business_yearly: None,
            },
        }
    }

    /// The product's own adapter, which calls this provider.
    ///
    /// # Panics
    /// The product does not take these settings.
    pub fn payments(&self) -> Arc<dyn Payments> {
        let payments = StripePayments::new(self.settings());
        Arc::new(payments.unwrap_or_else(|error| panic!("the provider: {error}")))
    }

    /// What must never be printed.
    pub fn secrets() -> [String; 2] {
        [KEY.to_owned(), SECRET.to_owned()]
    }

    /// Says what is answered from now on.
    pub fn answer(&self, answer: TillAnswer) {
        self.served.shared().answer = answer;
    }

    /// The calls so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.served.shared().asked.clone()
    }

    /// `Stripe-Signature` of a body at a moment.
    pub fn signature(body: &[u8], at: Timestamp) -> String {
        let time = at.seconds();
        format!("t={time},v1={}", Self::tag(SECRET, time, body))
    }

    /// The hexadecimal HMAC-SHA-256 of a time, a dot and a body.
    pub fn tag(secret: &str, time: i64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let mut message = format!("{time}.").into_bytes();
        message.extend_from_slice(body);
        let tag = hmac::sign(&key, &message);
        tag.as_ref().iter().fold(String::new(), |mut hex, byte| {
            let _written = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// Tells a server of an event, signed now.
    pub async fn tell(to: &Instance, event: &Value) -> Answer {
        let body = event.to_string();
        let signature = Self::signature(body.as_bytes(), to.services().now());
        to.request("POST", "/v1/billing/webhooks")
            .header("content-type", "application/json; charset=utf-8")
            .header("stripe-signature", &signature)
            .body(body)
            .send()
            .await
    }
}
