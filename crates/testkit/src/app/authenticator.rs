//! A person's authenticator app, by another implementation than the product's.

use super::{Instance, Person};
use ring::hmac;
use serde_json::{Value, json};

/// Base32 (RFC 4648, 6).
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// An authenticator app that holds one secret, and the recovery codes that came with it.
#[derive(Clone, Debug)]
pub struct Authenticator {
    secret: Vec<u8>,
    /// The recovery codes, as they were shown; none before the second factor is on.
    pub recovery_codes: Vec<String>,
}

impl Authenticator {
    /// One that took a secret up, in base32.
    ///
    /// # Panics
    /// It is no base32.
    pub fn of(base32: &str) -> Self {
        let (mut secret, mut bits, mut many) = (Vec::new(), 0_u32, 0);
        for letter in base32.chars() {
            let value = ALPHABET.find(letter);
            let value = value.unwrap_or_else(|| panic!("{letter} is no base32"));
            bits = bits << 5 | u32::try_from(value).unwrap_or_default();
            many += 5;
            if many >= 8 {
                many -= 8;
                secret.push(u8::try_from(bits >> many & 0xff).unwrap_or_default());
            }
        }
        Self {
            secret,
            recovery_codes: Vec::new(),
        }
    }

    /// What it shows at a moment, in seconds since 1970 (RFC 6238).
    pub fn code_at(&self, seconds: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let hash = hmac::sign(&key, &seconds.div_euclid(30).to_be_bytes());
        let hash = hash.as_ref();
        let at = hash.last().map_or(0, |last| usize::from(last & 15));
        let number = hash.iter().skip(at).take(4);
        let number = number.fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
    }

    /// What it shows so many steps from an instance's present one.
    pub fn code(&self, at: &Instance, steps: i64) -> String {
        self.code_at(at.services().now().seconds() + 30 * steps)
    }
}

impl Person {
    /// Begins to set a second factor up.
    pub async fn set_up_mfa(&self) -> Authenticator {
        let setup = self.post_empty("/v1/auth/mfa/setup").await.is(200);
        Authenticator::of(&setup.str("/secret"))
    }

    /// Turns a second factor on, by the code before the present one, so that the present one is
    /// still to be used.
    pub async fn turn_mfa_on(&self) -> Authenticator {
        let mut app = self.set_up_mfa().await;
        let code = json!({ "code": app.code(&self.instance, -1) });
        let on = self.post("/v1/auth/mfa/verify-setup", code).await.is(200);
        let codes = on.get("/recovery_codes");
        let codes = codes.as_array().into_iter().flatten();
        app.recovery_codes = codes.filter_map(Value::as_str).map(str::to_owned).collect();
        app
    }

    /// Logs in with the password, and gives the token that asks for a code.
    ///
    /// # Panics
    /// The login does not ask for a code.
    pub async fn challenge(&self) -> String {
        let login = json!({ "email": self.email, "password": self.password });
        let answer = self.instance.post("/v1/auth/token", login).await.is(200);
        assert_eq!(answer.get("/mfa_required"), true, "{}", answer.text());
        answer.str("/mfa_token")
    }
}
