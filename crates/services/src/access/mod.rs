//! Who asks, and whether they may: the one home of epochs and snapshots.

mod caller;
mod gate;
mod known;

pub use caller::{Caller, CallerKind};
pub(crate) use gate::Gate;
pub(crate) use known::{Known, standing};
