//! Agents' identity keys: the public halves on the agent, the private ones as secrets of the
//! system's own vault.

use crate::Refusal;
use crate::core::{Core, Step};
use crate::secrets::{Draft, Source, add_version};
use crate::shares::cancel_mail_of;
use crate::vaults::make_key;
use base64::{Engine, engine::general_purpose::STANDARD};
use oneclaw_crypto::{IdentityPair, Plaintext};
use oneclaw_domain::{
    AgentId, Description, IdentityKeys, Invalid, Metadata, Principal, SecretId, SecretPath,
    SecretType, Vault, VaultId, VaultName,
};
use oneclaw_policy::{
    Access, CreateVault, DeleteSecret, DisableVersion, InOrg, OrgScope, SecretAt, SystemReason,
    WriteSecret,
};
use oneclaw_storage::{NewVault, Tx};

/// Where the private halves lie under `agents/{agent_id}`, and their kinds (contract 13).
const PLACES: [(&str, &str); 2] = [
    ("ssh/private_key", "ssh_key"),
    ("ecdh/private_key", "private_key"),
];

const SYSTEM: SystemReason = SystemReason::AgentIdentity;

/// An agent's two key pairs.
pub(super) struct IdentityPairs {
    ssh: IdentityPair<32>,
    ecdh: IdentityPair<65>,
}

impl IdentityPairs {
    pub(super) fn make() -> Result<Self, Refusal> {
        Ok(Self {
            ssh: IdentityPair::ed25519()?,
            ecdh: IdentityPair::p256()?,
        })
    }

    pub(super) const fn public(&self) -> IdentityKeys {
        IdentityKeys {
            ssh: self.ssh.public(),
            ecdh: self.ecdh.public(),
        }
    }

    fn private(&self) -> [&[u8]; 2] {
        [self.ssh.expose_private(), self.ecdh.expose_private()]
    }
}

/// Keeps the private halves as new versions; those before them are disabled. Needs the organization
/// held exclusively, so that there is one vault for them.
pub(super) async fn keep(
    core: &Core,
    tx: &mut dyn Tx,
    org: InOrg,
    by: Principal,
    agent: AgentId,
    pairs: &IdentityPairs,
) -> Step<()> {
    let vault = match tx.vaults().agent_keys(org).await? {
        Some(vault) => vault,
        None => make_vault(core, tx, org, by).await?,
    };
    for ((place, kind), half) in PLACES.into_iter().zip(pairs.private()) {
        let at = at(org, vault, agent, place)?;
        let access: Access<WriteSecret> = Access::system(at.clone(), SYSTEM);
        let fresh = core.id(SecretId::from_uuid);
        let reserved = tx.secrets().reserve(&access, fresh, core.now()).await?;
        let newest = reserved.number;
        let value = Plaintext::new(STANDARD.encode(half).into_bytes());
        let draft = Draft {
            value: value.expose(),
            source: Source::Server,
            kind: Some(SecretType::parse(kind).map_err(|e| wrong(&e))?),
            metadata: Metadata::default(),
            rotation_policy: None,
            expires_at: None,
            max_access_count: None,
        };
        add_version(core, tx, &access, by, draft, reserved).await?;
        let access: Access<DisableVersion> = Access::system(at, SYSTEM);
        tx.secrets().disable_before(&access, newest).await?;
    }
    Ok(())
}

/// Deletes the private halves of agents that go, and ends the shares that they made, that name
/// them, or that are of these halves.
pub(super) async fn forget(
    core: &Core,
    tx: &mut dyn Tx,
    org: InOrg,
    agents: &[AgentId],
) -> Step<()> {
    let mut halves: Vec<Access<DeleteSecret>> = Vec::new();
    if let Some(vault) = tx.vaults().agent_keys(org).await? {
        for agent in agents {
            for (place, _) in PLACES {
                halves.push(Access::system(at(org, vault, *agent, place)?, SYSTEM));
            }
        }
    }
    let (who, now) = (agents.iter().copied().map(Principal::Agent), core.now());
    let who: Vec<_> = who.collect();
    let ended = tx.secrets().delete_with(org, &halves, &who, now).await?;
    Ok(cancel_mail_of(tx, &ended, now).await?)
}

/// The vault comes with the organization's first agent (contract 4.2).
async fn make_vault(core: &Core, tx: &mut dyn Tx, org: InOrg, by: Principal) -> Step<VaultId> {
    let id = core.id(VaultId::from_uuid);
    let key = make_key(core, tx, org.org(), id).await?;
    let vault = Vault {
        id,
        org: org.org(),
        name: VaultName::agent_keys(),
        description: Description::parse("Private halves of the agents' identity keys")
            .map_err(|e| wrong(&e))?,
        created_by: by,
        created_at: core.now(),
        is_system: true,
        cmek: None,
    };
    let access: Access<CreateVault> = Access::system(OrgScope { org: org.org() }, SYSTEM);
    tx.vaults()
        .insert(&access, &NewVault { vault, key })
        .await?;
    Ok(id)
}

fn at(org: InOrg, vault: VaultId, agent: AgentId, place: &str) -> Step<SecretAt> {
    let path = SecretPath::parse(&format!("agents/{agent}/{place}")).map_err(|e| wrong(&e))?;
    Ok(SecretAt {
        org: org.org(),
        vault,
        path,
    })
}

/// What is written here does not fail to parse.
fn wrong(invalid: &Invalid) -> Refusal {
    Refusal::Internal(invalid.reason().to_owned().into())
}
