//! What an operator may choose about the use cases.

use crate::{Door, Refusal};
use oneclaw_crypto::PasswordPolicyParams;
use oneclaw_domain::Plans;
use std::sync::Arc;

/// Who may sign up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignupMode {
    /// Anybody.
    Open,
    /// Who was invited; the first account of an installation needs no invitation.
    Invite,
    /// Nobody, once the first account exists.
    Closed,
}

/// So many tries in so many seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AttemptLimit {
    /// Tries that are let through in a window.
    pub tries: i64,
    /// The window, in seconds.
    pub seconds: i64,
}

impl AttemptLimit {
    /// So many tries in so many seconds.
    pub const fn new(tries: i64, seconds: i64) -> Self {
        Self { tries, seconds }
    }
}

/// What an operator may choose. The numbers are those of contract 1.10, 3.3 and 25.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, none depends on another"
)]
pub struct Settings {
    /// Base of every absolute URL that the server makes, and the tokens' issuer.
    pub public_url: String,
    /// Who may sign up.
    pub signup_mode: SignupMode,
    /// Life of a user's token, in seconds.
    pub user_token_ttl: i64,
    /// Life of a token from an API key, in seconds.
    pub key_token_ttl: i64,
    /// Life of an agent's token, in seconds, where the agent says nothing.
    pub agent_token_ttl: i64,
    /// Life of a refresh token, in seconds; each use gives a new one.
    pub refresh_ttl: i64,
    /// Life of a session, in seconds since the login.
    pub session_ttl: i64,
    /// Cost of password hashes.
    pub password_params: PasswordPolicyParams,
    /// Hashes computed at once.
    pub password_workers: usize,
    /// Hashes that may wait; more are turned away.
    pub password_queue: usize,
    /// Hashes of shares' passphrases computed at once, beside those of passwords.
    pub passphrase_workers: usize,
    /// Such hashes that may wait; more are turned away.
    pub passphrase_queue: usize,
    /// Largest value, in bytes.
    pub max_value_bytes: usize,
    /// Failed passwords per account.
    pub failed_passwords: AttemptLimit,
    /// Logins per address.
    pub logins_per_address: AttemptLimit,
    /// Every other kind of request that proves something, or asks for a proof, per address of the
    /// client and kind.
    pub proofs_per_address: AttemptLimit,
    /// Mails that set a new password, per address of the client and per e-mail address.
    pub password_mails: AttemptLimit,
    /// Wrong second factors per account.
    pub failed_codes: AttemptLimit,
    /// Shares that an organization makes.
    pub shares: AttemptLimit,
    /// Reads of shares that are refused, per address of the client.
    pub share_reads_per_address: AttemptLimit,
    /// Wrong passphrases per share and address of the client.
    pub failed_passphrases: AttemptLimit,
    /// Wrong passphrases per share from all addresses that have not read it yet; beyond them each such
    /// address has one.
    pub failed_passphrases_in_all: AttemptLimit,
    /// Codes of devices that nobody was given, per account and per address of the client.
    pub failed_device_codes: AttemptLimit,
    /// Devices that ask to be let in, per address of the client, in the time that their codes stand:
    /// nobody takes all places of those that wait.
    pub device_codes: AttemptLimit,
    /// Devices that wait to be let in at one time.
    pub waiting_devices: i64,
    /// Life of a token that a device gets, in seconds.
    pub device_token_ttl: i64,
    /// Whether an account exists only once its address was proved; `None` = where mail reaches
    /// people.
    pub require_email_verification: Option<bool>,
    /// Exports of one organization at once, on one instance.
    pub exports_at_once: u8,
    /// Exports of one organization's audit log at once, on one instance.
    pub audit_exports_at_once: u8,
    /// Checks of one organization's audit log at once, on one instance.
    pub audit_checks_at_once: u8,
    /// Days that events of audit logs are kept; `None` = for ever.
    pub audit_retention_days: Option<i64>,
    /// Signups per address of the client, and per e-mail address.
    pub signups: AttemptLimit,
    /// Invalid API keys per address.
    pub invalid_keys: AttemptLimit,
    /// Invitations per organization, and beside them shares by mail.
    pub invites: AttemptLimit,
    /// Invitations per organization and invited address.
    pub invites_per_address: AttemptLimit,
    /// Recorded events that a dry run of policies looks at, at most.
    pub dry_run_events: i64,
    /// Rows of a dry run's answer, at most.
    pub dry_run_flips: usize,
    /// Dry runs of one organization at once, on one instance.
    pub dry_runs_at_once: u8,
    /// Agents' requests to be registered, per address of the client.
    pub enrollments: AttemptLimit,
    /// The same per e-mail address of the person who shall decide.
    pub enrollments_per_address: AttemptLimit,
    /// Such requests that nobody in particular may decide, waiting at one time.
    pub open_enrollments: i64,
    /// Such requests that name who shall decide, waiting at one time.
    pub addressed_enrollments: i64,
    /// Mails per e-mail address, of what strangers may cause together and of each notice about an
    /// account; those beyond are left out.
    pub mails_per_address: AttemptLimit,
    /// What plans allow, and what things cost.
    pub plans: Arc<Plans>,
    /// The status that a refusal is answered with, for who meters requests: the transport's own.
    pub status_of: fn(&Refusal) -> u16,
    /// Refusals of nobody in particular that leave an event each, per kind, network of the client and
    /// minute; those beyond are counted, and told in one.
    pub refusals_apart: u64,
    /// Whether a worker of this process tidies up, and tells what was counted of refusals. Without
    /// it, that is done when [`Services::tidy_up`](crate::Services::tidy_up) is called.
    pub housekeeping_worker: bool,
    /// Rows that housekeeping takes at once.
    pub housekeeping_batch: i64,
    /// How long metered requests are kept one by one, in seconds.
    pub usage_retention: i64,
    /// Whether a start goes by the machine's clock even where the journal has later events: it takes
    /// back a clock that was ahead.
    pub trust_clock: bool,
    /// Whether a worker of this process sends what waits in the outbox. Without it, mail is sent
    /// when [`Services::deliver_mail`](crate::Services::deliver_mail) is called.
    pub mail_worker: bool,
    /// Whether a worker of this process goes on with rotations of customers' keys. Without it, they
    /// go on when [`Services::turn_rotations`](crate::Services::turn_rotations) is called.
    pub rotation_worker: bool,
}

impl Settings {
    /// How many requests of a kind one client may send.
    pub(crate) const fn door(&self, door: Door) -> AttemptLimit {
        match door {
            Door::Login => self.logins_per_address,
            Door::Share => self.share_reads_per_address,
            Door::SecondFactor
            | Door::IdToken
            | Door::SignUp
            | Door::ForgotPassword
            | Door::ResetPassword
            | Door::VerifyEmail
            | Door::DeviceCode
            | Door::DevicePoll
            | Door::DeviceLookup
            | Door::Payment => self.proofs_per_address,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            signup_mode: SignupMode::Open,
            user_token_ttl: 900,
            key_token_ttl: 3600,
            agent_token_ttl: 3600,
            refresh_ttl: 30 * 86_400,
            session_ttl: 90 * 86_400,
            password_params: PasswordPolicyParams::default(),
            password_workers: 2,
            password_queue: 64,
            // fewer than of passwords: a passphrase is one person's, a login is everybody's
            passphrase_workers: 1,
            passphrase_queue: 16,
            max_value_bytes: 1024 * 1024,
            failed_passwords: AttemptLimit::new(10, 900),
            logins_per_address: AttemptLimit::new(30, 60),
            signups: AttemptLimit::new(5, 3600),
            proofs_per_address: AttemptLimit::new(30, 60),
            password_mails: AttemptLimit::new(5, 3600),
            failed_codes: AttemptLimit::new(10, 900),
            shares: AttemptLimit::new(10, 60),
            share_reads_per_address: AttemptLimit::new(30, 60),
            failed_passphrases: AttemptLimit::new(10, 900),
            failed_passphrases_in_all: AttemptLimit::new(100, 900),
            failed_device_codes: AttemptLimit::new(10, 900),
            device_codes: AttemptLimit::new(30, 600),
            waiting_devices: 10_000,
            device_token_ttl: 86_400,
            require_email_verification: None,
            exports_at_once: 1,
            audit_exports_at_once: 1,
            audit_checks_at_once: 1,
            audit_retention_days: None,
            invalid_keys: AttemptLimit::new(30, 60),
            dry_run_events: 50_000,
            dry_run_flips: 1_000,
            // abuse case FLD-08: one or two, the rest 429
            dry_runs_at_once: 2,
            invites: AttemptLimit::new(50, 3600),
            invites_per_address: AttemptLimit::new(5, 3600),
            // 5 at once and one a second
            enrollments: AttemptLimit::new(5, 5),
            enrollments_per_address: AttemptLimit::new(1, 600),
            open_enrollments: 100,
            addressed_enrollments: 10_000,
            mails_per_address: AttemptLimit::new(10, 3600),
            plans: Arc::default(),
            status_of: |_| 0,
            refusals_apart: 1,
            housekeeping_worker: true,
            housekeeping_batch: 500,
            usage_retention: oneclaw_storage::Stale::UsageEvents.kept_seconds(),
            trust_clock: false,
            mail_worker: true,
            rotation_worker: true,
        }
    }
}
