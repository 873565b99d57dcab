//! The passphrase of a share: tries are counted before they are made, and no stranger's tries keep
//! out whoever has the right one.

use super::create::text;
use crate::Refusal;
use crate::auth::{Counter, address};
use crate::core::{Core, Step};
use crate::settings::AttemptLimit;
use oneclaw_domain::{AuditRequest, Passphrase, Share};
use oneclaw_storage::AttemptKey;

/// Checks a passphrase. Each address has tries of its own; beside them, all addresses together that
/// have not read the share yet have a number of tries, so that many addresses are no way around.
///
/// # Errors
/// None was given, or another; too many tries.
pub(super) async fn check(
    core: &Core,
    share: &Share,
    hash: &str,
    given: Option<&Passphrase>,
    request: &AuditRequest,
) -> Step<()> {
    let given = given.ok_or(Refusal::PassphraseNeeded)?;
    let tried = Tried::count(core, share, request).await?;
    match core.share_hasher.verify(text(given), hash).await {
        Ok(verdict) if verdict.matches => Ok(tried.was_right(core, share).await?),
        Ok(_) => Err(Refusal::PassphraseWrong.into()),
        Err(busy) => {
            tried.was_none(core).await;
            Err(busy.into())
        }
    }
}

/// A try that was counted, and is about to be made.
struct Tried {
    /// Of this share from this address.
    here: Counter,
    /// Of this share from all addresses that have not read it; `None` = this one has.
    everywhere: Option<Counter>,
    /// Of this share from this address, beyond what all have together.
    last: Option<Counter>,
    /// Says that this address has read this share.
    known: AttemptKey,
}

impl Tried {
    /// Where all together have used up their tries, an address that has not read the share yet still
    /// has one in a window: else whoever pays for ten addresses would shut everybody out.
    async fn count(core: &Core, share: &Share, request: &AuditRequest) -> Step<Self> {
        let (id, settings) = (share.id.to_string(), &core.settings);
        let one = format!("{id} {}", address(request));
        let key = core.keys.lookup_hash("attempts passphrase known", &one);
        let mut tried = Self {
            here: Counter::new(core, "passphrase from", &one, settings.failed_passphrases),
            everywhere: None,
            last: None,
            known: AttemptKey(key),
        };
        tried.here.count(core).await?;
        let store = &core.seams.store;
        if store.attempts_so_far(tried.known, core.now()).await? > 0 {
            return Ok(tried);
        }
        let in_all = settings.failed_passphrases_in_all;
        let everywhere = Counter::new(core, "passphrase of", &id, in_all);
        if everywhere.is_over(core).await?.is_some() {
            let single = AttemptLimit::new(1, in_all.seconds);
            let last = Counter::new(core, "last passphrase from", &one, single);
            last.count(core).await?;
            tried.last = Some(last);
        }
        tried.everywhere = Some(everywhere);
        Ok(tried)
    }

    /// Forgets the tries of this address, and remembers it until the share ends.
    async fn was_right(self, core: &Core, share: &Share) -> Result<(), Refusal> {
        self.here.clear(core).await;
        let Some(everywhere) = self.everywhere else {
            return Ok(());
        };
        everywhere.give_back(core).await;
        let now = core.now();
        let to_the_end = (share.expires_at.millis() - now.millis()) / 1000 + 1;
        let store = &core.seams.store;
        store
            .count_attempt(self.known, now, i64::MAX, to_the_end)
            .await?;
        Ok(())
    }

    /// Takes the counts back: nothing was hashed.
    async fn was_none(self, core: &Core) {
        let counted = [Some(self.here), self.everywhere, self.last];
        for counter in counted.into_iter().flatten() {
            counter.give_back(core).await;
        }
    }
}
