//! The key by which people recognize an agent that asks to be registered.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use oneclaw_crypto::sha256;
use oneclaw_domain::Invalid;

/// The name of the key's type in its SSH form (RFC 8709 4).
const SSH_NAME: &[u8] = b"ssh-ed25519";
/// Bytes of an Ed25519 public key (RFC 8032).
const LEN: usize = 32;
const REFUSED: Invalid =
    Invalid::new("must be an Ed25519 public key: `ssh-ed25519 AAAA…`, or base64 of its 32 bytes");

/// An Ed25519 public key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AgentPublicKey([u8; LEN]);

impl AgentPublicKey {
    /// Reads the line of an OpenSSH public key file, or base64 of the bare key.
    ///
    /// # Errors
    /// Any other kind of key, and anything that is none.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut words = text.trim_ascii().splitn(3, ' ');
        let first = words.next().unwrap_or_default();
        let bytes = if first.as_bytes() == SSH_NAME {
            let blob = decode(words.next().unwrap_or_default())?;
            blob.strip_prefix(ssh_head().as_slice())
                .ok_or(REFUSED)?
                .to_vec()
        } else if words.next().is_none() {
            decode(first)?
        } else {
            return Err(REFUSED);
        };
        bytes.try_into().map(Self).map_err(|_| REFUSED)
    }

    /// The key with these bytes, as they were stored.
    pub const fn from_bytes(bytes: [u8; LEN]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn bytes(self) -> [u8; LEN] {
        self.0
    }

    /// `SHA256:` and the hash of the key's SSH form in base64 without padding, as `ssh-keygen -l`
    /// shows it.
    pub fn fingerprint(self) -> String {
        let mut blob = ssh_head();
        blob.extend_from_slice(&self.0);
        format!("SHA256:{}", STANDARD_NO_PAD.encode(sha256(&blob)))
    }
}

fn decode(text: &str) -> Result<Vec<u8>, Invalid> {
    STANDARD
        .decode(text)
        .or_else(|_| STANDARD_NO_PAD.decode(text))
        .map_err(|_| REFUSED)
}

/// What stands before the key in its SSH form: the type's name and the key's length (RFC 4251 5).
fn ssh_head() -> Vec<u8> {
    let mut head = Vec::with_capacity(4 + SSH_NAME.len() + 4 + LEN);
    head.extend_from_slice(&[0, 0, 0, 11]);
    head.extend_from_slice(SSH_NAME);
    head.extend_from_slice(&[0, 0, 0, 32]);
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `ssh-keygen -t ed25519`, with the fingerprint that `ssh-keygen -l` prints.
    const LINE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDwh+gS/4+zH9X/1CQbpa8RE6Wzb45l9TkL0lHi/cq6L agent@example.test";
    const FINGERPRINT: &str = "SHA256:ySQYs2ok5KaXSVQIlX+WLsQZywhfAa43fT0Od3q6JP4";

    #[test]
    fn agt_08_a_fingerprint_is_that_of_openssh() {
        let key = AgentPublicKey::parse(LINE).unwrap();
        assert_eq!(key.fingerprint(), FINGERPRINT);
        let bare = STANDARD.encode(key.bytes());
        assert_eq!(AgentPublicKey::parse(&bare).unwrap(), key);
        let without_comment: Vec<&str> = LINE.split(' ').take(2).collect();
        assert_eq!(
            AgentPublicKey::parse(&without_comment.join(" ")).unwrap(),
            key
        );
    }

    #[test]
    fn agt_08_other_keys_are_refused() {
        let blob = LINE.split(' ').nth(1).unwrap();
        let rsa = format!("ssh-rsa {blob}");
        let cut = format!("ssh-ed25519 {}", blob.get(..64).unwrap());
        let short = STANDARD.encode([1; 31]);
        let long = STANDARD.encode([1; 33]);
        let two = format!("{} {}", STANDARD.encode([1; 32]), blob);
        for bad in [
            "",
            "ssh-ed25519",
            "ssh-ed25519 ",
            "x",
            &rsa,
            &cut,
            &short,
            &long,
            &two,
            blob,
        ] {
            assert!(AgentPublicKey::parse(bad).is_err(), "{bad}");
        }
    }
}
