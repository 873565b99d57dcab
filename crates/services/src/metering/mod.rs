//! What requests count and cost: the usage that rides on an event, and who is turned away unpaid.

mod quota;
mod tariff;
mod usage;

pub(crate) use tariff::Tariff;
pub(crate) use usage::refused;
