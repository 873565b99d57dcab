//! Stripe: pages where things are paid, and what it says about that in webhooks.
//! (<https://docs.stripe.com/api>, <https://docs.stripe.com/webhooks>)

mod calls;
mod notice;
mod payments;
mod settings;
mod signature;

pub use payments::StripePayments;
pub use settings::{StripePrices, StripeSettings, UnusableStripe};
