//! What the operator says about Stripe.

use oneclaw_domain::Tier;
use oneclaw_services::{PlanOffer, SecretText};
use std::fmt;

/// An account at Stripe.
pub struct StripeSettings {
    /// The key with which its API is called.
    pub secret_key: SecretText,
    /// The secret of the webhook; without it nothing is sold, since nobody would hear of it.
    pub webhook_secret: Option<SecretText>,
    /// Where the API is, without `/v1`: `https://api.stripe.com`.
    pub api_url: String,
    /// Where people come back to from its pages.
    pub return_url: String,
    /// What is sold.
    pub prices: StripePrices,
}

impl fmt::Debug for StripeSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StripeSettings")
            .field("api_url", &self.api_url)
            .field("return_url", &self.return_url)
            .field("prices", &self.prices)
            .finish_non_exhaustive()
    }
}

/// The ids of prices in US dollars, for each plan that is sold; `None` = it is not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "each name says which price it is")]
pub struct StripePrices {
    pub pro_monthly: Option<String>,
    pub pro_yearly: Option<String>,
    pub business_monthly: Option<String>,
    pub business_yearly: Option<String>,
}

impl StripePrices {
    fn all(&self) -> [(Tier, bool, &'static str, Option<&str>); 4] {
        [
            (Tier::Pro, false, "pro_monthly", self.pro_monthly.as_deref()),
            (Tier::Pro, true, "pro_yearly", self.pro_yearly.as_deref()),
            (
                Tier::Business,
                false,
                "business_monthly",
                self.business_monthly.as_deref(),
            ),
            (
                Tier::Business,
                true,
                "business_yearly",
                self.business_yearly.as_deref(),
            ),
        ]
    }

    /// What a price is for.
    pub(super) fn find(&self, price: &str) -> Option<PlanOffer> {
        let all = self.all();
        let found = all.iter().find(|(.., id)| *id == Some(price))?;
        Some(offer(found.0, found.1))
    }

    /// The price of a plan, and the plan's name in what we write into Stripe's objects.
    pub(super) fn of(&self, wanted: PlanOffer) -> Option<(&'static str, &str)> {
        let all = self.all();
        let found = all.into_iter().find(|row| offer(row.0, row.1) == wanted)?;
        Some((found.2, found.3?))
    }

    /// The plan that we named so.
    pub(super) fn named(&self, name: &str) -> Option<PlanOffer> {
        let all = self.all();
        let found = all.iter().find(|row| row.2 == name)?;
        Some(offer(found.0, found.1))
    }

    /// Whether two plans have one price: then nobody could tell which was bought.
    pub(super) fn are_ambiguous(&self) -> bool {
        let all = self.all();
        let mut ids: Vec<_> = all.iter().filter_map(|row| row.3).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        ids.len() != count
    }
}

const fn offer(tier: Tier, is_yearly: bool) -> PlanOffer {
    PlanOffer { tier, is_yearly }
}

/// Settings that do not do, and why.
#[derive(Debug, thiserror::Error)]
pub enum UnusableStripe {
    /// The API has no place.
    #[error("the place of Stripe's API must be an http or https URL")]
    ApiUrl,
    /// TLS cannot be set up.
    #[error("TLS to Stripe cannot be set up: the system trusts no certificates")]
    Tls,
    /// The key is none.
    #[error("Stripe's secret key must not be empty, or have blanks in it")]
    SecretKey,
    /// The webhook's secret is none.
    #[error("the secret of Stripe's webhook must not be empty")]
    WebhookSecret,
    /// Two plans have one price.
    #[error("two plans have the same price at Stripe")]
    Prices,
}
