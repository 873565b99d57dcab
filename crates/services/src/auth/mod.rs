//! Proving who one is: accounts, logins, tokens.

mod attempts;
mod authenticate;
mod change_password;
mod key_login;
mod login;
mod refresh;
mod revoke;
mod service;
mod session;
mod signup;

pub use change_password::ChangePasswordCommand;
pub use key_login::KeyLoginCommand;
pub use login::LoginCommand;
pub use service::Auth;
pub use session::Tokens;
pub(crate) use session::{API_KEY_LABEL, AUDIENCE};
pub use signup::SignupCommand;
