//! Keys that customers manage.

mod batch;
mod disable;
mod enable;
mod job;
mod pieces;
mod rotate;
mod rotation;
mod rotations;
mod service;

pub use rotate::RotateCmekCommand;
pub(crate) use rotation::Rotation;
pub(crate) use rotations::Rotations;
pub use service::Cmek;
