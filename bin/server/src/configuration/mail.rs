//! Where mail goes.

use std::path::{Path, PathBuf};

use oneclaw_adapters::{Sender, SmtpSettings, SmtpTls, SmtpUser};
use oneclaw_services::SecretText;

use super::error::ConfigurationError;
use super::parse::{self, number};
use super::settings as s;
use super::values::Values;

/// Where mail goes, and from whom.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) from: Sender,
    pub(crate) way: Way,
}

/// How mail leaves.
pub(crate) enum Way {
    Smtp(SmtpSettings),
    Folder(PathBuf),
}

impl std::fmt::Debug for Way {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Smtp(smtp) => write!(formatter, "Smtp({}:{})", smtp.host, smtp.port),
            Self::Folder(folder) => write!(formatter, "Folder({})", folder.display()),
        }
    }
}

impl Mail {
    pub(super) fn read(values: &mut Values, data_dir: &Path) -> Result<Self, ConfigurationError> {
        let Some(host) = values.read_optional(&s::MAIL_HOST, host)? else {
            return Self::into_folder(values, data_dir);
        };
        if values.is_given(&s::MAIL_FOLDER) {
            return Err(values.refuse(
                &s::MAIL_FOLDER,
                "cannot be used beside mail.host: set one of them",
            ));
        }
        values.read(&s::MAIL_FOLDER, "not used", |_| Ok(()))?;
        let tls = values.read(&s::MAIL_TLS, "starttls", tls)?;
        if !tls.may_reach(&host) {
            return Err(values.refuse(
                &s::MAIL_TLS,
                "is for a mail server on this machine only (127.0.0.1, ::1 or localhost)",
            ));
        }
        let port = tls.port().to_string();
        let port = values.read(&s::MAIL_PORT, &port, number("ports", 1..=65_535))?;
        let user = user(values)?;
        if !values.is_given(&s::MAIL_FROM) {
            return Err(values.refuse(&s::MAIL_FROM, "must be set beside mail.host"));
        }
        let from = values.read(&s::MAIL_FROM, "", sender)?;
        let way = Way::Smtp(SmtpSettings {
            host,
            port,
            tls,
            user,
            from: from.clone(),
        });
        Ok(Self { from, way })
    }

    fn into_folder(values: &mut Values, data_dir: &Path) -> Result<Self, ConfigurationError> {
        for setting in [
            &s::MAIL_PORT,
            &s::MAIL_TLS,
            &s::MAIL_USERNAME,
            &s::MAIL_PASSWORD,
        ] {
            if values.is_given(setting) {
                return Err(
                    values.refuse(setting, "is of use only beside mail.host: set that, too")
                );
            }
            values.read_optional(setting, |_| Ok(()))?;
        }
        let from = values.read(&s::MAIL_FROM, "oneclaw@localhost", sender)?;
        let default = data_dir.join("mail").display().to_string();
        let folder = values.read(&s::MAIL_FOLDER, &default, parse::directory)?;
        let way = Way::Folder(folder);
        Ok(Self { from, way })
    }
}

fn user(values: &mut Values) -> Result<Option<SmtpUser>, ConfigurationError> {
    let name = values.read_optional(&s::MAIL_USERNAME, |text| Ok(text.to_owned()))?;
    let password = values.read_optional(&s::MAIL_PASSWORD, |text| {
        Ok(SecretText::new(text.to_owned()))
    })?;
    match (name, password) {
        (None, None) => Ok(None),
        (Some(name), Some(password)) => Ok(Some(SmtpUser { name, password })),
        (Some(_), None) => Err(values.refuse(
            &s::MAIL_USERNAME,
            "needs a password: set ONECLAW_MAIL_PASSWORD",
        )),
        (None, Some(_)) => Err(values.refuse(
            &s::MAIL_PASSWORD,
            "is of use only beside mail.username: set that, too",
        )),
    }
}

fn host(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if !text.is_empty() && text.bytes().all(fits) {
        Ok(text.trim_matches(['[', ']']).to_owned())
    } else {
        Err("is not a host name or an address".to_owned())
    }
}

fn tls(text: &str) -> Result<SmtpTls, String> {
    match text {
        "starttls" => Ok(SmtpTls::StartTls),
        "implicit" => Ok(SmtpTls::Implicit),
        "none" => Ok(SmtpTls::None),
        _ => Err("is not starttls, implicit or none".to_owned()),
    }
}

fn sender(text: &str) -> Result<Sender, String> {
    Sender::parse(text).map_err(|error| error.to_string())
}
