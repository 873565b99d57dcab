//! A device asks how its question stands, and gets its token.

use super::Devices;
use super::codes::{DEVICE_LABEL, DEVICE_PREFIX};
use super::request::asking;
use crate::Refusal;
use crate::auth::{Admitted, Counter, Opening};
use crate::core::{Step, boxed};
use crate::settings::AttemptLimit;
use oneclaw_crypto::{SecretText, token_shape};
use oneclaw_domain::{
    AuditRequest, AuthMethod, DeviceGrant, DeviceState, Email, OrgId, Scopes, User, UserId,
};
use oneclaw_policy::{Access, Account, Installation, LogIn, RequestDevice, SystemReason};
use oneclaw_storage::{LockMode, Tx};

/// How much longer a device has to wait that asked too soon, in seconds (RFC 8628 3.5).
const SLOWER_BY: i64 = 5;
/// How long it has to wait at most, in seconds: a burst of questions must not make it wait until its
/// code is over.
const SLOWEST: i64 = 60;

/// What a device hears.
#[derive(Debug)]
pub enum PollOutcome {
    /// Nobody has decided.
    Pending,
    /// It asked too soon, and is to wait 5 seconds longer from now on.
    SlowDown,
    /// Its time is over, or it got its token before.
    Expired,
    /// It was turned away, or who let it in may not, any more.
    Denied,
    /// It was let in.
    LoggedIn(Box<DeviceTokens>),
}

/// What a device gets: a token of the person who let it in, which is not to be refreshed.
#[derive(Debug)]
pub struct DeviceTokens {
    /// The access token.
    pub access_token: SecretText,
    /// Its life, in seconds, always positive.
    pub expires_in: i64,
    /// The person's address.
    pub email: Email,
    /// The person.
    pub user: UserId,
    /// Their organization.
    pub org: OrgId,
}

impl Devices {
    /// Tells a device how its question stands. The first answer after the approval has the token, no
    /// other. An answer that changes nothing leaves no event, because devices ask every few seconds.
    ///
    /// # Errors
    /// [`Refusal::DeviceCodeUnknown`] for what is no device's code.
    pub async fn poll(
        &self,
        _admitted: Admitted,
        code: &SecretText,
        request: &AuditRequest,
    ) -> Result<PollOutcome, Refusal> {
        let done = boxed(self.try_poll(code, request)).await;
        self.core.settle(asking(&self.core, request), done).await
    }

    async fn try_poll(&self, code: &SecretText, request: &AuditRequest) -> Step<PollOutcome> {
        let core = &*self.core;
        if !token_shape(DEVICE_PREFIX, code.expose()) {
            return Err(Refusal::DeviceCodeUnknown.into()); // costs no query
        }
        let hash = core.keys.lookup_hash(DEVICE_LABEL, code.expose());
        let mut reader = core.seams.store.read().await?;
        let found = reader.devices().find_by_device_code(&hash).await?;
        drop(reader);
        let grant = found.ok_or(Refusal::DeviceCodeUnknown)?;
        if grant.expires_at <= core.now() {
            return Ok(PollOutcome::Expired);
        }
        match (grant.state, grant.approved_by) {
            (DeviceState::Pending, _) => self.wait(&grant, &hash, request).await,
            (DeviceState::Approved, Some(by)) => self.let_in(by, &hash, request).await,
            (DeviceState::Redeemed, _) => Ok(PollOutcome::Expired),
            (DeviceState::Approved | DeviceState::Denied, _) => Ok(PollOutcome::Denied),
        }
    }

    /// Holds a device to its interval. Questions in time are counted only; one that comes too soon
    /// changes what is kept.
    async fn wait(
        &self,
        grant: &DeviceGrant,
        hash: &[u8; 32],
        request: &AuditRequest,
    ) -> Step<PollOutcome> {
        let (core, now) = (&*self.core, self.core.now());
        let once = AttemptLimit {
            tries: 1,
            seconds: grant.interval,
        };
        let asked = Counter::new(core, "device asks", &grant.id.to_string(), once);
        let is_again = asked.is_over(core).await?.is_some();
        let told = grant.polled_at;
        let is_told = told.is_some_and(|told| now < told.plus_seconds(grant.interval));
        if !is_again && !is_told {
            return Ok(PollOutcome::Pending);
        }
        let mut tx = core.seams.store.begin().await?;
        let Some(grant) = tx.devices().lock_by_device_code(hash).await? else {
            return Ok(PollOutcome::SlowDown);
        };
        let access = Access::<RequestDevice>::system(Installation, SystemReason::DeviceLogIn);
        let interval = (grant.interval + SLOWER_BY).min(SLOWEST);
        tx.devices()
            .note_poll(&access, grant.id, now, interval)
            .await?;
        let event = asking(core, request).with("device_id", grant.id.to_string());
        let done = tx.commit(event.denied("slow_down")).await?;
        Ok(done.yields(PollOutcome::SlowDown).into_inner())
    }

    /// Redeems an approved question. What ends the sessions of who approved it takes it back in the
    /// same unit of work, under the lock that is taken here first.
    async fn let_in(
        &self,
        (org, user): (OrgId, UserId),
        hash: &[u8; 32],
        request: &AuditRequest,
    ) -> Step<PollOutcome> {
        let core = &*self.core;
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        let access = Access::<LogIn>::system(Account { org, user }, SystemReason::DeviceLogIn);
        let mut tx = core.seams.store.begin().await?;
        let epoch = tx.orgs().lock(org, LockMode::Shared).await?;
        let person = match epoch {
            Some(_) => tx.users().lock(access.in_account()).await?,
            None => None,
        };
        let Some((user, _)) = person else {
            return Ok(PollOutcome::Denied);
        };
        let grant = tx.devices().lock_by_device_code(hash).await?;
        let grant = grant.ok_or(Refusal::DeviceCodeUnknown)?;
        match grant.state {
            DeviceState::Approved if tx.devices().redeem(&access, grant.id).await? => {}
            DeviceState::Denied => return Ok(PollOutcome::Denied),
            _ => return Ok(PollOutcome::Expired),
        }
        let (tokens, session) = self.open_session(&mut *tx, &user).await?;
        let event = core
            .login_event(access.on(), request)
            .with("method", AuthMethod::Device.as_str())
            .with("session_id", session)
            .with("device_id", grant.id.to_string())
            .with("client", grant.client.as_str());
        let done = tx.commit(event).await?;
        Ok(done.yields(PollOutcome::LoggedIn(tokens)).into_inner())
    }

    async fn open_session(
        &self,
        tx: &mut dyn Tx,
        user: &User,
    ) -> Step<(Box<DeviceTokens>, String)> {
        let core = &*self.core;
        let ttl = core.settings.device_token_ttl;
        let opening = Opening {
            method: AuthMethod::Device,
            reason: SystemReason::DeviceLogIn,
            second_factor: false,
            api_key: None,
            not_beyond: Some(core.now().plus_seconds(ttl)),
        };
        let session = core.open_session(tx, user, &opening).await?;
        let (access_token, expires_in) = core.mint(&session, user, &Scopes::default(), ttl)?;
        let tokens = DeviceTokens {
            access_token,
            expires_in,
            email: user.email.clone(),
            user: user.id,
            org: user.org,
        };
        Ok((Box::new(tokens), session.id.to_string()))
    }
}
