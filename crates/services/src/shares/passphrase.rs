//! The passphrase of a share: tries are counted before they are made, and no stranger's tries keep
//! out for good whoever has the right one.

use super::create::text;
use crate::Refusal;
use crate::auth::{Counter, address};
use crate::core::{Core, Step};
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
    let (store, now) = (&core.seams.store, core.now());
    let (id, settings) = (share.id.to_string(), &core.settings);
    let one = format!("{id} {}", address(request));
    let here = Counter::new(core, "passphrase from", &one, settings.failed_passphrases);
    let in_all = settings.failed_passphrases_in_all;
    let everywhere = Counter::new(core, "passphrase of", &id, in_all);
    let known = AttemptKey(core.keys.lookup_hash("attempts passphrase known", &one));
    here.count(core).await?;
    let is_known = store.attempts_so_far(known, now).await? > 0;
    if !is_known {
        everywhere.count(core).await?;
    }
    let verdict = core.share_hasher.verify(text(given), hash).await?;
    if !verdict.matches {
        return Err(Refusal::PassphraseWrong.into());
    }
    here.clear(core).await?;
    if !is_known {
        let to_the_end = (share.expires_at.millis() - now.millis()) / 1000 + 1;
        store
            .count_attempt(known, now, i64::MAX, to_the_end)
            .await?;
    }
    Ok(())
}
