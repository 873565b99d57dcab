//! Audit chains: held and extended by each commit, and what is done to them from time to time.

mod adopt;
mod head;
mod hold;
mod kept;
mod list;
mod prune;
mod statements;

pub(crate) use head::HeadRow;
pub(crate) use hold::{HeldChains, WantedPlaces};
