//! Requests that prove something are counted by the client's address before anything of them is
//! read.

use super::attempts::{Counter, address};
use super::service::Auth;
use crate::Refusal;
use crate::core::{Core, Step};
use oneclaw_domain::{Actor, AuditRequest, AuditResource, ResourceKind};
use std::convert::Infallible;
use std::fmt;

/// What a request without a credential, or for one, is about. Each has its own counter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Door {
    /// A login by password.
    Login,
    /// A second factor.
    SecondFactor,
    /// A login by an issuer's token.
    IdToken,
    /// A sign-up.
    SignUp,
    /// A mail that sets a new password.
    ForgotPassword,
    /// A new password by a token from a mail.
    ResetPassword,
    /// An address that is proved by a token from a mail.
    VerifyEmail,
    /// A device that asks to be logged in.
    DeviceCode,
    /// A device that asks how that went.
    DevicePoll,
    /// A device's question, looked up by the person's code.
    DeviceLookup,
    /// A share.
    Share,
    /// A message of the payment provider.
    Payment,
}

impl Door {
    /// What is counted.
    const fn label(self) -> &'static str {
        match self {
            Self::Login => "login from",
            Self::SecondFactor => "second factor from",
            Self::IdToken => "id token from",
            Self::SignUp => "signup request from",
            Self::ForgotPassword => "forgot password from",
            Self::ResetPassword => "reset password from",
            Self::VerifyEmail => "verify email from",
            Self::DeviceCode => "device code from",
            Self::DevicePoll => "device poll from",
            Self::DeviceLookup => "device lookup from",
            Self::Share => "share from",
            Self::Payment => "payment notice from",
        }
    }

    /// The action whose event a refusal is.
    const fn action(self) -> &'static str {
        match self {
            Self::Share => "share.access",
            Self::Payment => "billing.payment",
            Self::DeviceCode | Self::DevicePoll | Self::DeviceLookup => "device.request",
            Self::SignUp => "user.signup",
            Self::ForgotPassword | Self::ResetPassword => "user.password_reset",
            Self::VerifyEmail => "user.verify_email",
            Self::Login | Self::SecondFactor | Self::IdToken => "auth.failure",
        }
    }
}

/// Proof that a request was counted before anything of it was looked at.
#[must_use]
pub struct Admitted(Counter);

impl Admitted {
    /// Takes the count back of a request that turned out to be right.
    pub(crate) async fn give_back(self, core: &Core) {
        self.0.give_back(core).await;
    }
}

impl fmt::Debug for Admitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Admitted")
    }
}

impl Auth {
    /// Counts a request for the client's address.
    ///
    /// # Errors
    /// Too many from this client.
    pub async fn admit(&self, door: Door, request: &AuditRequest) -> Result<Admitted, Refusal> {
        let core = &*self.core;
        let limit = core.settings.door(door);
        let resource = AuditResource::new(ResourceKind::Session, "anonymous");
        let nobody = core.bare_event(door.action(), None, Actor::Anonymous, resource, request);
        let counter = Counter::new(core, door.label(), &address(request), limit);
        let counted = counter.count(core).await;
        core.settle(nobody, counted).await?;
        Ok(Admitted(counter))
    }

    /// Records that a request was turned away before anybody looked at who sent it, and gives what
    /// is to be told: the refusal, or that it could not be recorded.
    pub async fn turn_away(&self, refusal: Refusal, request: &AuditRequest) -> Refusal {
        let core = &*self.core;
        let resource = AuditResource::new(ResourceKind::Session, "anonymous");
        let nobody = core.bare_event("request.refused", None, Actor::Anonymous, resource, request);
        let turned: Step<Infallible> = Err(refusal.into());
        match core.settle(nobody, turned).await {
            Err(told) => told,
        }
    }
}
