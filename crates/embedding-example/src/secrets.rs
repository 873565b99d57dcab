//! The secret that is kept.

use crate::Fault;
use oneclaw_domain::{Description, Metadata, SecretId, SecretPath, VaultId, VaultName};
use oneclaw_services::{
    Caller, CreateVaultCommand, Known, ListRequest, Precondition, PutSecretCommand, SecretText,
    Services,
};

/// Where it lies in its vault.
pub(crate) const PATH: &str = "db/password";

/// Where it is, and what it is.
pub(crate) struct Kept {
    pub(crate) vault: VaultId,
    pub(crate) secret: SecretId,
    pub(crate) value: String,
}

/// Makes a vault with a secret in it, or finds them there, and reads the secret back.
pub(crate) async fn keep(services: &Services, owner: &Caller) -> Result<Kept, Fault> {
    let vaults = services.vaults.list(&ListRequest::default(), owner).await?;
    let vault = match vaults
        .items
        .into_iter()
        .find(|vault| vault.name.as_str() == "production")
    {
        Some(vault) => vault.id,
        None => make_vault(services, owner).await?,
    };
    let (secret, value) = read(services, vault, owner).await?;
    Ok(Kept {
        vault,
        secret,
        value,
    })
}

/// Reads the secret: its event is on disk before the value is here.
pub(crate) async fn read(
    services: &Services,
    vault: VaultId,
    caller: &Caller,
) -> Result<(SecretId, String), Fault> {
    let path = SecretPath::parse(PATH)?;
    let revealed = services
        .secrets
        .reveal(vault, path, &Known::Nothing, caller)
        .await?
        .given()
        .ok_or("nothing was asked to be left out")?;
    Ok((
        revealed.version().secret,
        revealed.value().expose().to_owned(),
    ))
}

async fn make_vault(services: &Services, owner: &Caller) -> Result<VaultId, Fault> {
    let vault = CreateVaultCommand {
        name: VaultName::parse("production")?,
        description: Description::parse("")?,
    };
    let vault = services.vaults.create(vault, owner).await?.into_inner();
    let secret = PutSecretCommand {
        vault: vault.id,
        path: SecretPath::parse(PATH)?,
        value: SecretText::new("correct horse battery staple".to_owned()),
        kind: None,
        metadata: Metadata::default(),
        rotation_policy: None,
        expires_at: None,
        max_access_count: None,
        precondition: Precondition::None,
    };
    services.secrets.put(secret, owner).await?.into_inner();
    Ok(vault.id)
}
