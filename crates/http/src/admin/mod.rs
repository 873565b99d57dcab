//! What is done by who runs the installation.

mod change_credits;
mod delete_setting;
mod delete_user;
mod list_settings;
mod list_users;
mod put_setting;
mod reset_usage;
mod reset_usage_for_user;
mod response;
mod routes;
mod set_limits;
mod set_tier;
mod show_limits;

pub(crate) use routes::ROUTES;
