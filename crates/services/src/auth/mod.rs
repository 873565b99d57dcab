//! Proving who one is: accounts, logins, tokens.

mod agent_key;
mod agent_login;
mod attempts;
mod authenticate;
mod change_password;
mod join;
mod key_login;
mod login;
mod refresh;
mod revoke;
mod service;
mod session;
mod setup_code;
mod signup;

pub use agent_login::{AgentLoginCommand, AgentTokens};
pub(crate) use attempts::{Counter, address, guesses};
pub use change_password::ChangePasswordCommand;
pub use key_login::KeyLoginCommand;
pub use login::LoginCommand;
pub use service::Auth;
pub use session::Tokens;
pub(crate) use session::{AGENT_KEY_LABEL, API_KEY_LABEL, AUDIENCE};
pub use signup::SignupCommand;
