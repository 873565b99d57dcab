//! `oneclaw admin`: what the operator does to a store while a server serves it. OPS-10: each act leaves an event
//! with the user of the operating system.

mod acts;
mod first;
mod refused;
mod settings;
mod steps;
