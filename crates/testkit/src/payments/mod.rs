//! A payment provider on loopback, which answers like Stripe and signs what it says.

mod events;
mod served;
mod till;

pub use events::{credits_paid, payment_failed, plan_bought, subscription};
pub use served::{Asked, TillAnswer};
pub use till::Till;
