//! Money, taken by Stripe.

use super::calls::Calls;
use super::notice::{CREDIT_CENTS, PLAN, TRIAL_DAYS, read};
use super::settings::{StripePrices, StripeSettings, UnusableStripe};
use super::signature::holds;
use async_trait::async_trait;
use oneclaw_domain::{OrgId, Timestamp};
use oneclaw_services::{PaymentError, PaymentNotice, Payments, PlanOffer, WebhookSecret};
use std::fmt;

const NO_WEBHOOK: PaymentError = PaymentError::NotConfigured(
    "Payments are not configured here: whoever runs the server can set stripe.webhook_secret",
);
const NO_PRICE: PaymentError = PaymentError::NotConfigured(
    "This plan is not sold here: whoever runs the server can set its price, stripe.prices",
);

/// Takes money by an account at Stripe.
pub struct StripePayments {
    calls: Calls,
    webhook: Option<WebhookSecret>,
    return_url: String,
    prices: StripePrices,
}

impl StripePayments {
    /// By this account. Connects only when something is bought.
    ///
    /// # Errors
    /// The settings do not do.
    pub fn new(settings: StripeSettings) -> Result<Self, UnusableStripe> {
        if settings.prices.are_ambiguous() {
            return Err(UnusableStripe::Prices);
        }
        let webhook = settings.webhook_secret.map(WebhookSecret::new);
        if matches!(webhook, Some(None)) {
            return Err(UnusableStripe::WebhookSecret);
        }
        Ok(Self {
            calls: Calls::new(&settings.api_url, &settings.secret_key)?,
            webhook: webhook.flatten(),
            return_url: settings.return_url,
            prices: settings.prices,
        })
    }

    /// Opens a page for a sale. The addresses to come back to are the operator's.
    async fn open_page(
        &self,
        customer: &str,
        fields: &[(&str, &str)],
    ) -> Result<String, PaymentError> {
        let back = |how: &str| {
            let joint = if self.return_url.contains('?') {
                '&'
            } else {
                '?'
            };
            format!("{}{joint}checkout={how}", self.return_url)
        };
        let (success, cancel) = (back("success"), back("canceled"));
        let mut form = vec![
            ("customer", customer),
            ("success_url", &success),
            ("cancel_url", &cancel),
            ("line_items[0][quantity]", "1"),
        ];
        form.extend_from_slice(fields);
        self.calls
            .post("/v1/checkout/sessions", &form, None, "url")
            .await
    }
}

#[async_trait]
impl Payments for StripePayments {
    fn ready(&self) -> Result<(), PaymentError> {
        self.webhook.as_ref().map(|_| ()).ok_or(NO_WEBHOOK)
    }

    fn find_price(&self, price: &str) -> Option<PlanOffer> {
        self.prices.find(price)
    }

    async fn open_customer(&self, org: OrgId) -> Result<String, PaymentError> {
        let org = org.to_string();
        let form = [
            ("description", "An organization of a oneclaw server"),
            ("metadata[oneclaw_org]", org.as_str()),
        ];
        let once = format!("oneclaw-customer-{org}");
        self.calls
            .post("/v1/customers", &form, Some(&once), "id")
            .await
    }

    async fn sell_plan(
        &self,
        customer: &str,
        offer: PlanOffer,
        with_trial: bool,
    ) -> Result<String, PaymentError> {
        let (name, price) = self.prices.of(offer).ok_or(NO_PRICE)?;
        let (days, noted) = (TRIAL_DAYS.to_string(), format!("metadata[{PLAN}]"));
        let mut fields = vec![
            ("mode", "subscription"),
            ("line_items[0][price]", price),
            (noted.as_str(), name),
        ];
        if with_trial {
            fields.push(("subscription_data[trial_period_days]", &days));
        }
        self.open_page(customer, &fields).await
    }

    async fn sell_credits(&self, customer: &str, cents: i64) -> Result<String, PaymentError> {
        let (cents, noted) = (cents.to_string(), format!("metadata[{CREDIT_CENTS}]"));
        let fields = [
            ("mode", "payment"),
            // what is paid at once: a transfer that comes days later would leave people waiting
            ("payment_method_types[0]", "card"),
            ("line_items[0][price_data][currency]", "usd"),
            ("line_items[0][price_data][unit_amount]", &cents),
            ("line_items[0][price_data][product_data][name]", "Credits"),
            (noted.as_str(), &cents),
        ];
        self.open_page(customer, &fields).await
    }

    async fn open_portal(&self, customer: &str) -> Result<String, PaymentError> {
        let form = [("customer", customer), ("return_url", &self.return_url)];
        self.calls
            .post("/v1/billing_portal/sessions", &form, None, "url")
            .await
    }

    /// Nothing of the body is looked at before its signature holds.
    fn read_notice(
        &self,
        body: &[u8],
        signature: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<PaymentNotice>, PaymentError> {
        let secret = self.webhook.as_ref().ok_or(NO_WEBHOOK)?;
        if !signature.is_some_and(|header| holds(secret, header, body, now)) {
            return Err(PaymentError::Unsigned);
        }
        read(body, &self.prices).ok_or(PaymentError::Unreadable)
    }
}

impl fmt::Debug for StripePayments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StripePayments")
            .field("prices", &self.prices)
            .finish_non_exhaustive()
    }
}
