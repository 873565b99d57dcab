//! Devices that ask to be logged in (RFC 8628).

mod codes;
mod decide;
mod lookup;
mod poll;
mod request;
mod service;
mod status;

pub use lookup::WaitingDevice;
pub use poll::{DeviceTokens, PollOutcome};
pub use request::{DeviceCodeCommand, DeviceCodes};
pub use service::Devices;
pub use status::DeviceStatus;
