//! A person's own account.

mod change_email;
mod delete;
mod export;
mod response;
mod routes;
mod show;
mod show_settings;
mod update;
mod update_settings;
mod verify_email_change;

pub(crate) use routes::ROUTES;
