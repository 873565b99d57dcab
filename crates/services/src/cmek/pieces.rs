//! What the use cases have in common.

use crate::core::Step;
use crate::{FieldError, Refusal};
use oneclaw_domain::{CmekFingerprint, Vault};
use oneclaw_policy::{Access, Action, InVault};
use oneclaw_storage::Tx;

/// What a rotation that nobody works at any more says of itself.
pub(super) const CUT_OFF: &str = "The rotation was cut off; a new request goes on where it stopped";

/// The vault of a proof, held until the commit. The system's own takes no customer's key: the
/// server itself writes to it.
pub(super) async fn lock_vault<A: Action>(
    tx: &mut dyn Tx,
    access: &Access<A>,
    vault: InVault,
) -> Step<Vault> {
    if access.vault().is_some_and(|vault| vault.is_system) {
        return Err(Refusal::Conflict("The system's own vault takes no customer's key").into());
    }
    let vault = tx.cmek().lock_vault(vault).await?;
    Ok(vault.ok_or(Refusal::NotFound)?)
}

/// The key that is active in a vault.
pub(super) fn active(vault: &Vault) -> Result<&CmekFingerprint, Refusal> {
    vault.cmek.as_ref().ok_or_else(|| {
        Refusal::Invalid(vec![FieldError {
            field: "vault_id".to_owned(),
            reason: "CMEK is not enabled on this vault".to_owned(),
        }])
    })
}
