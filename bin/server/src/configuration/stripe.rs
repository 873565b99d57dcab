//! By whom money is taken.

use oneclaw_adapters::{StripePrices, StripeSettings};
use oneclaw_services::SecretText;

use super::error::ConfigurationError;
use super::parse::base_url;
use super::setting::Setting;
use super::settings as s;
use super::values::Values;

/// Reads the account at Stripe; `None` = nothing is sold. People come back from its pages to
/// `public_url`, where nothing else is said.
pub(super) fn read(
    values: &mut Values,
    public_url: &str,
) -> Result<Option<StripeSettings>, ConfigurationError> {
    let secret = |text: &str| plain(text).map(SecretText::new);
    let secret_key = values.read_optional(&s::STRIPE_SECRET_KEY, secret)?;
    let webhook_secret = values.read_optional(&s::STRIPE_WEBHOOK_SECRET, secret)?;
    let api_url = values.read(&s::STRIPE_API_URL, s::STRIPE_API_URL.default, api_url)?;
    let return_url = values.read(&s::STRIPE_RETURN_URL, public_url, base_url)?;
    let prices = StripePrices {
        pro_monthly: price(values, &s::STRIPE_PRO_MONTHLY)?,
        pro_yearly: price(values, &s::STRIPE_PRO_YEARLY)?,
        business_monthly: price(values, &s::STRIPE_BUSINESS_MONTHLY)?,
        business_yearly: price(values, &s::STRIPE_BUSINESS_YEARLY)?,
    };
    let Some(secret_key) = secret_key else {
        if webhook_secret.is_some() {
            return Err(values.refuse(
                &s::STRIPE_WEBHOOK_SECRET,
                "is of use only beside stripe.secret_key: set that, too",
            ));
        }
        return Ok(None);
    };
    Ok(Some(StripeSettings {
        secret_key,
        webhook_secret,
        api_url,
        return_url,
        prices,
    }))
}

fn price(
    values: &mut Values,
    setting: &'static Setting,
) -> Result<Option<String>, ConfigurationError> {
    values.read(setting, "none", |text| match text {
        "none" => Ok(None),
        text => plain(text).map(Some),
    })
}

fn plain(text: &str) -> Result<String, String> {
    let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| text.to_owned())
        .ok_or_else(|| "is empty, or has blanks in it".to_owned())
}

/// The key goes there with every call: over TLS, or to this machine alone.
fn api_url(text: &str) -> Result<String, String> {
    let url = base_url(text)?;
    let authority = url.strip_prefix("http://").map(|rest| {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    });
    let is_here = |authority: &str| {
        ["127.0.0.1", "localhost", "[::1]"].iter().any(|host| {
            authority
                .strip_prefix(host)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        })
    };
    if authority.is_none_or(is_here) {
        Ok(url)
    } else {
        Err("is not an https URL; http is for this machine only".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ops_08_the_key_leaves_over_tls_alone() {
        for good in [
            "https://api.stripe.com",
            "http://127.0.0.1:4242",
            "http://localhost",
            "http://[::1]:80",
        ] {
            assert!(api_url(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "api.stripe.com",
            "http://api.stripe.com",
            "http://127.0.0.1.evil.test",
            "http://localhost@evil.test",
            "ftp://localhost",
        ] {
            assert!(api_url(bad).is_err(), "{bad}");
        }
    }
}
