//! One binary, so that all of these link once.

mod layering;
mod postgres;
mod tidy;
