//! Mail by SMTP (RFC 5321).

use crate::{Sender, compose};
use async_trait::async_trait;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{AsyncSmtpTransportBuilder, Error};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use oneclaw_services::{DeliveryError, Letter, Mailer, SecretText};
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// How long the server may take for each step: to connect, and to answer a command. RFC 5321
/// 4.5.3.2 allows minutes; who is slower is tried again.
const STEP: Duration = Duration::from_secs(10);

/// Replies that are about us and not about the mail: authentication needed, too weak, refused, or
/// wanting encryption (RFC 4954 section 6). Once the settings are mended, the mail can go.
const ABOUT_US: [u16; 4] = [530, 534, 535, 538];

/// How the connection is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SmtpTls {
    /// STARTTLS (RFC 3207), and nothing without it. The usual port is 587.
    StartTls,
    /// TLS from the first byte (RFC 8314). The usual port is 465.
    Implicit,
    /// None; for a server on this machine only.
    None,
}

impl SmtpTls {
    /// The usual port.
    pub const fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Implicit => 465,
            Self::None => 25,
        }
    }

    /// Whether mail may go to this host so: without TLS, to this machine only.
    pub fn may_reach(self, host: &str) -> bool {
        self != Self::None || is_this_machine(host)
    }
}

/// As whom to log in to the mail server.
pub struct SmtpUser {
    /// The name.
    pub name: String,
    /// The password.
    pub password: SecretText,
}

/// Which mail server, and how.
pub struct SmtpSettings {
    /// Its name, which its certificate must bear, or its address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// As whom to log in, if at all.
    pub user: Option<SmtpUser>,
    /// From whom mail comes.
    pub from: Sender,
}

/// Settings that cannot be used, and what would do.
#[derive(Debug, thiserror::Error)]
pub enum UnusableSmtp {
    /// Without TLS everybody on the way reads the mail.
    #[error("mail may go without TLS to this machine only (127.0.0.1, ::1 or localhost)")]
    InClear,
    /// TLS cannot be set up.
    #[error("TLS to the mail server cannot be set up")]
    Tls(#[source] Error),
}

/// Hands mail to one SMTP server. Certificates are checked against those that the system trusts.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Sender,
    name: String,
}

impl SmtpMailer {
    /// Mail by this server. Connects only when there is mail.
    ///
    /// # Errors
    /// No TLS beyond this machine; or TLS cannot be set up.
    pub fn new(settings: SmtpSettings) -> Result<Self, UnusableSmtp> {
        let SmtpSettings {
            host,
            port,
            tls,
            user,
            from,
        } = settings;
        let name = format!("{host}:{port}");
        let hello = ClientId::Domain(from.domain().to_owned());
        let mut builder = protected(&host, tls)?
            .port(port)
            .hello_name(hello)
            .timeout(Some(STEP));
        if let Some(user) = user {
            let password = user.password.expose().to_owned();
            builder = builder.credentials(Credentials::new(user.name, password));
        }
        Ok(Self {
            transport: builder.build(),
            from,
            name,
        })
    }
}

/// The server with exactly this protection: never less than was asked for.
fn protected(host: &str, tls: SmtpTls) -> Result<AsyncSmtpTransportBuilder, UnusableSmtp> {
    if !tls.may_reach(host) {
        return Err(UnusableSmtp::InClear);
    }
    let parameters = || TlsParameters::new(host.to_owned()).map_err(UnusableSmtp::Tls);
    let tls = match tls {
        SmtpTls::StartTls => Tls::Required(parameters()?),
        SmtpTls::Implicit => Tls::Wrapper(parameters()?),
        SmtpTls::None => Tls::None,
    };
    Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host).tls(tls))
}

fn is_this_machine(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn deliver(&self, letter: &Letter) -> Result<(), DeliveryError> {
        let message = compose::message(letter, &self.from)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(told(&error)),
        }
    }

    fn describe(&self) -> String {
        format!("SMTP to {} from {}", self.name, self.from)
    }

    fn reaches_people(&self) -> bool {
        true
    }
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpMailer({})", self.name)
    }
}

/// What an error comes to. Its text is left out: servers quote the address in it.
fn told(error: &Error) -> DeliveryError {
    let code = error.status().map(u16::from);
    match code {
        Some(code) if error.is_permanent() && !ABOUT_US.contains(&code) => {
            DeliveryError::Never(format!("the mail server refused with {code}"))
        }
        Some(code) => DeliveryError::Later(format!("the mail server answered {code}")),
        None if error.is_timeout() => {
            DeliveryError::Later("the mail server took too long".to_owned())
        }
        None if error.is_tls() => {
            DeliveryError::Later("the TLS to the mail server failed".to_owned())
        }
        None if error.is_client() => DeliveryError::Later(
            "the mail server does not offer what is required (STARTTLS, or a way to log in)"
                .to_owned(),
        ),
        None => DeliveryError::Later("the mail server cannot be reached, or hung up".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::sender;

    fn settings(host: &str, tls: SmtpTls) -> SmtpSettings {
        SmtpSettings {
            host: host.to_owned(),
            port: tls.port(),
            tls,
            user: Some(SmtpUser {
                name: "u".to_owned(),
                password: SecretText::new("hunter2hunter2".to_owned()),
            }),
            from: sender(),
        }
    }

    #[test]
    fn mail_03_in_clear_to_this_machine_only() {
        for host in [
            "127.0.0.1",
            "::1",
            "localhost",
            "127.8.8.8",
            "::ffff:127.0.0.1",
        ] {
            assert!(
                SmtpMailer::new(settings(host, SmtpTls::None)).is_ok(),
                "{host}"
            );
        }
        for host in [
            "mail.example.com",
            "10.0.0.1",
            "localhost.example.com",
            "0.0.0.0",
        ] {
            let refused = SmtpMailer::new(settings(host, SmtpTls::None));
            assert!(matches!(refused, Err(UnusableSmtp::InClear)), "{host}");
        }
    }

    #[test]
    fn the_password_is_not_told() {
        let mailer = SmtpMailer::new(settings("mail.example.com", SmtpTls::StartTls)).unwrap();
        let told = format!("{mailer:?} {}", mailer.describe());
        assert!(
            told.contains("mail.example.com:587") && !told.contains("hunter2"),
            "{told}"
        );
        assert!(mailer.reaches_people());
    }
}
