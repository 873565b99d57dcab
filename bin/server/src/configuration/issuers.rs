//! Whose word is taken for who somebody is.

use oneclaw_adapters::OidcIssuer;

use super::error::ConfigurationError;
use super::parse::{base_url, list};
use super::settings as s;
use super::values::Values;

/// Reads the issuers that are named; none is off.
pub(super) fn read(values: &mut Values) -> Result<Vec<OidcIssuer>, ConfigurationError> {
    let issuers = [google(values)?, other(values)?];
    Ok(issuers.into_iter().flatten().collect())
}

fn google(values: &mut Values) -> Result<Option<OidcIssuer>, ConfigurationError> {
    let client_ids = values.read(&s::GOOGLE_CLIENT_IDS, "none", |text| list(text, client_id))?;
    let issuer = values.read(&s::GOOGLE_ISSUER, s::GOOGLE_ISSUER.default, issuer)?;
    let jwks_url = values.read(&s::GOOGLE_JWKS_URL, s::GOOGLE_JWKS_URL.default, url)?;
    Ok((!client_ids.is_empty()).then_some(OidcIssuer {
        issuer,
        client_ids,
        jwks_url,
    }))
}

/// Any other: all three settings, or none of them.
fn other(values: &mut Values) -> Result<Option<OidcIssuer>, ConfigurationError> {
    let issuer = values.read(&s::OIDC_ISSUER, "none", |text| or_none(text, issuer))?;
    let client_ids = values.read(&s::OIDC_CLIENT_IDS, "none", |text| list(text, client_id))?;
    let jwks_url = values.read(&s::OIDC_JWKS_URL, "none", |text| or_none(text, url))?;
    match (issuer, jwks_url) {
        (None, None) if client_ids.is_empty() => Ok(None),
        (None, _) => Err(values.refuse(
            &s::OIDC_ISSUER,
            "must be set beside oidc.client_ids and oidc.jwks_url",
        )),
        (Some(_), None) => Err(values.refuse(&s::OIDC_JWKS_URL, "must be set beside oidc.issuer")),
        (Some(_), Some(_)) if client_ids.is_empty() => Err(values.refuse(
            &s::OIDC_CLIENT_IDS,
            "must name at least one beside oidc.issuer",
        )),
        (Some(issuer), Some(jwks_url)) => Ok(Some(OidcIssuer {
            issuer,
            client_ids,
            jwks_url,
        })),
    }
}

/// `none` is `None`.
fn or_none(
    text: &str,
    parse: impl FnOnce(&str) -> Result<String, String>,
) -> Result<Option<String>, String> {
    if text == "none" {
        return Ok(None);
    }
    parse(text).map(Some)
}

fn client_id(text: &str) -> Result<String, String> {
    let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| text.to_owned())
        .ok_or_else(|| "holds a client id that is empty, or has blanks in it".to_owned())
}

/// As it stands: a slash at the end is a part of the name.
fn issuer(text: &str) -> Result<String, String> {
    base_url(text).map(|_| text.to_owned())
}

/// Where keys are: http, for an issuer on this machine or network, or https.
fn url(text: &str) -> Result<String, String> {
    let (base, query) = text.split_once('?').unwrap_or((text, ""));
    base_url(base)?;
    if query.contains('#') {
        return Err("is not an http or https URL without user and fragment".to_owned());
    }
    Ok(text.to_owned())
}
