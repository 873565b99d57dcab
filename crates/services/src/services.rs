//! The services, wired.

use crate::access::Gate;
use crate::cmek::Rotations;
use crate::core::Core;
use crate::journal::{Folds, Journal};
use crate::keys::KeyRoom;
use crate::mail::Outbox;
use crate::metering::Tariff;
use crate::runtime::Runtime;
use crate::steady_clock::SteadyClock;
use crate::workers::Task;
use crate::{
    Accounts, Admin, Agents, ApiKeys, Audit, Auth, Billing, Cmek, Devices, Enrollments, Health,
    Invites, IpRules, Members, Mfa, Policies, PublicKeys, Refusal, Seams, Secrets, Settings,
    Shares, Vaults, workers,
};
use oneclaw_crypto::{CryptoError, KeyId, PasswordHasher};
use oneclaw_domain::{Org, OrgId, Quota, Tier};
use oneclaw_storage::{StorageError, StoreStatistics};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why the services, or an operator's command, did not start or finish.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store fails.
    #[error("the store: {0}")]
    Storage(#[from] StorageError),
    /// A key does not open, or the key provider fails.
    #[error("the keys: {0}")]
    Crypto(#[from] CryptoError),
    /// The store is wrapped under a master key that is not here.
    #[error(
        "the store was made with master key {store}, but {provider} has {has}; give the server the key it was made with"
    )]
    WrongMasterKey {
        /// The key that the store names.
        store: KeyId,
        /// Where keys come from.
        provider: String,
        /// The key that is there.
        has: KeyId,
    },
    /// The store has no keys: it was emptied, or never started.
    #[error("the store has no keys yet; start the server once")]
    NoKeys,
    /// The store has events, and no keys.
    #[error("the store had keys and has none: it was tampered with or restored in part")]
    KeysGone,
    /// The store had audit keys from its first moment on, and has none.
    #[error("the store had audit keys and has none: it was tampered with or restored in part")]
    AuditKeysGone,
    /// Another rotation runs.
    #[error("another key rotation is running, or was cut off within the last 15 seconds")]
    RotationRuns,
    /// There is no such organization.
    #[error("there is no organization {0}")]
    NoSuchOrg(OrgId),
}

/// Everything that can be asked of the product.
#[derive(Clone)]
pub struct Services {
    /// Sign up, log in, tokens.
    pub auth: Auth,
    /// A person's own account.
    pub accounts: Accounts,
    /// Personal API keys.
    pub api_keys: ApiKeys,
    /// Vaults.
    pub vaults: Vaults,
    /// Secrets.
    pub secrets: Secrets,
    /// Policies: who may do what at which paths of a vault.
    pub policies: Policies,
    /// Agents: programs that act by grants alone.
    pub agents: Agents,
    /// Members of an organization.
    pub members: Members,
    /// Invitations into an organization.
    pub invites: Invites,
    /// Rules about callers' addresses.
    pub ip_rules: IpRules,
    /// Agents that ask to be registered.
    pub enrollments: Enrollments,
    /// Secrets given to people, agents, addresses and whoever has a link.
    pub shares: Shares,
    /// Second factors, and fresh proofs of who somebody is.
    pub mfa: Mfa,
    /// Devices that ask to be logged in.
    pub devices: Devices,
    /// Keys that customers manage.
    pub cmek: Cmek,
    /// Usage, plans, credits and payments.
    pub billing: Billing,
    /// What is done by who runs the installation.
    pub admin: Admin,
    /// What was done.
    pub audit: Audit,
    /// How the server is.
    pub health: Health,
    core: Arc<Core>,
}

impl Services {
    /// Opens the keys, making them on an empty store, and starts the journal and the workers on
    /// the current runtime. The store must be migrated.
    ///
    /// # Errors
    /// The store fails, or is wrapped under a master key that the provider does not have.
    pub async fn start(seams: Seams, settings: Settings) -> Result<Self, StartError> {
        let clock = Arc::new(SteadyClock::new(Arc::clone(&seams.clock)));
        let seams = Seams {
            clock: clock.clone(),
            ..seams
        };
        let keys = KeyRoom::open(&seams).await?;
        let chains = crate::audit::start(&seams, keys.is_chained).await?;
        let (hasher, share_hasher) = hashers(&settings)?;
        let journal = Journal::start(Arc::clone(&seams.store));
        let holder = seams.ids.next();
        let core = Arc::new(Core {
            seams,
            tariff: Tariff::new(&settings),
            clock,
            folds: Folds::new(settings.refusals_apart),
            housekeeping: workers::Housekeeping::new(holder),
            runtime: Runtime::new(&settings),
            settings,
            journal,
            gate: Gate::new(),
            keys,
            chains,
            hasher,
            share_hasher,
            outbox: Outbox::default(),
            rotations: Rotations::default(),
            integrity_failures: AtomicU64::new(0),
        });
        core.look_at_clock().await;
        core.reload_settings().await?;
        start_workers(&core);
        let auth = Auth::new(Arc::clone(&core));
        Ok(Self {
            auth: auth.clone(),
            accounts: Accounts::new(Arc::clone(&core)),
            api_keys: ApiKeys::new(Arc::clone(&core)),
            vaults: Vaults::new(Arc::clone(&core)),
            secrets: Secrets::new(Arc::clone(&core)),
            policies: Policies::new(Arc::clone(&core)),
            agents: Agents::new(Arc::clone(&core)),
            members: Members::new(Arc::clone(&core)),
            invites: Invites::new(Arc::clone(&core)),
            ip_rules: IpRules::new(Arc::clone(&core)),
            enrollments: Enrollments::new(Arc::clone(&core)),
            shares: Shares::new(Arc::clone(&core), auth),
            mfa: Mfa::new(Arc::clone(&core)),
            devices: Devices::new(Arc::clone(&core)),
            cmek: Cmek::new(Arc::clone(&core)),
            billing: Billing::new(Arc::clone(&core)),
            admin: Admin::new(Arc::clone(&core)),
            audit: Audit::new(Arc::clone(&core)),
            health: Health::new(Arc::clone(&core)),
            core,
        })
    }

    /// The public halves of the token keys, no more than a second old where the store answers.
    pub async fn public_keys(&self) -> PublicKeys {
        let (core, now) = (&self.core, self.core.now());
        if let Err(error) = core.keys.keep_up(&core.seams.store, now).await {
            tracing::warn!(%error, "could not look for new signing keys");
        }
        core.keys.public(now)
    }

    /// Looks for settings that an administrator changed, unless that was done within the last second,
    /// and tells whether nothing is to be answered now but how the server is, and administration.
    /// Whoever serves asks before each request.
    pub async fn is_in_maintenance(&self) -> bool {
        self.core.keep_up_settings().await;
        self.core.runtime.in_force().maintenance
    }

    pub(crate) fn core(&self) -> Arc<Core> {
        Arc::clone(&self.core)
    }

    /// The settings that were configured.
    pub fn settings(&self) -> &Settings {
        &self.core.settings
    }

    /// The plan that an organization has now.
    pub fn tier_of(&self, org: &Org) -> Tier {
        self.core.plans().tier(org, self.core.now())
    }

    /// How an organization stood with its quota when a request of it was last metered here.
    pub fn last_quota(&self, org: OrgId) -> Option<Quota> {
        self.core.seams.store.last_quota(org)
    }

    /// Now, by the clock that the services go by.
    pub fn now(&self) -> oneclaw_domain::Timestamp {
        self.core.now()
    }

    /// What the store has done.
    pub fn store_statistics(&self) -> StoreStatistics {
        self.core.seams.store.statistics()
    }

    /// How many hashes of passwords and passphrases were computed.
    pub fn password_hashes(&self) -> u64 {
        let core = &self.core;
        core.hasher.hashes_computed() + core.share_hasher.hashes_computed()
    }

    /// How many stored values did not open. Anything but 0 wants a look at the log.
    pub fn integrity_failures(&self) -> u64 {
        self.core.integrity_failures.load(Ordering::Relaxed)
    }

    /// How many times the end of an audit chain was not as it was signed. Anything but 0 wants a look
    /// at the log, and at the chains.
    pub fn broken_chains(&self) -> u64 {
        self.core.chains.broken()
    }

    /// Takes away what of the audit logs is older than is to be kept, as the worker does, and gives
    /// how many events went: none while another instance does housekeeping.
    ///
    /// # Errors
    /// The store fails; the chains of which it did not are done.
    pub async fn prune_audit(&self) -> Result<u64, Refusal> {
        self.core.perform_alone(Task::PruneAudit).await
    }

    /// Sends what is due in the outbox now, as the worker does, and gives how many mails were
    /// handed over. A mail that cannot be delivered is no failure of this.
    ///
    /// # Errors
    /// The store fails.
    pub async fn deliver_mail(&self) -> Result<u64, Refusal> {
        self.core.deliver_mail().await
    }

    /// Does one batch of each rotation of customers' keys that waits here, as the worker does, and
    /// gives how many are not over yet.
    ///
    /// # Errors
    /// The store fails; the rotations are kept.
    pub async fn turn_rotations(&self) -> Result<usize, Refusal> {
        self.core.turn_rotations().await
    }

    /// Does one round of housekeeping now, as the worker does, and gives how many rows were tidied
    /// up. Refusals that were counted in minutes that are over are written, too.
    ///
    /// # Errors
    /// The store fails; what is left is done in the next round.
    pub async fn tidy_up(&self) -> Result<u64, Refusal> {
        self.core.tidy_up().await
    }

    /// How many rows housekeeping took here so far, by their kind.
    pub fn rows_tidied(&self) -> Vec<(&'static str, u64)> {
        self.core.housekeeping.rows()
    }

    /// When a whole round of housekeeping last ended here, in seconds since 1970; 0 = never.
    pub fn last_tidied(&self) -> u64 {
        self.core.housekeeping.finished_at()
    }

    /// Where mail goes, for people.
    pub fn mail_destination(&self) -> String {
        self.core.seams.mailer.describe()
    }

    /// Lets the mail and the rotations' batches that are under way, and the journal, finish, and
    /// stops them. Call it when no
    /// request is in flight.
    pub async fn close(&self) {
        self.core.outbox.close().await;
        self.core.rotations.close().await;
        self.core.housekeeping.close().await;
        self.core.write_folded(None).await;
        self.core.journal.close().await;
    }
}

/// Of passwords, and of shares' passphrases.
fn hashers(settings: &Settings) -> Result<(PasswordHasher, PasswordHasher), CryptoError> {
    let params = settings.password_params;
    let (workers, queue) = (settings.password_workers, settings.password_queue);
    let passwords = PasswordHasher::new(params, workers, queue)?;
    let (workers, queue) = (settings.passphrase_workers, settings.passphrase_queue);
    Ok((passwords, PasswordHasher::new(params, workers, queue)?))
}

fn start_workers(core: &Arc<Core>) {
    workers::start(core);
    if core.settings.housekeeping_worker {
        workers::start_housekeeping(core);
    }
    if core.settings.mail_worker {
        workers::start_outbox(core);
    }
    if core.settings.rotation_worker {
        workers::start_rotations(core);
    }
}
