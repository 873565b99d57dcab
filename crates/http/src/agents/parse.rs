//! The fields of an agent, parsed.

use oneclaw_domain::{
    AgentName, Binding, Description, Environment, Invalid, Timestamp, TokenTtl, VaultId,
};

pub(super) fn name(text: &str) -> Result<AgentName, Invalid> {
    AgentName::parse(text)
}

pub(super) fn text(text: &str) -> Result<Description, Invalid> {
    Description::parse(text)
}

pub(super) fn environment(text: &str) -> Result<Environment, Invalid> {
    Environment::parse(text)
}

pub(super) fn time(text: &str) -> Result<Timestamp, Invalid> {
    Timestamp::parse(text)
}

pub(super) fn ttl(seconds: i64) -> Result<TokenTtl, Invalid> {
    TokenTtl::parse(seconds)
}

pub(super) fn vaults(ids: &[String]) -> Result<Binding, Invalid> {
    let ids = ids.iter().map(|id| VaultId::parse(id));
    let ids = ids.collect::<Result<_, _>>();
    Binding::parse(ids.map_err(|_| Invalid::new("must be an array of UUIDs"))?)
}
