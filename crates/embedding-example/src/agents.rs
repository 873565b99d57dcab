//! An agent that may read the secret for a while.

use crate::Fault;
use crate::secrets::{Kept, read};
use oneclaw_domain::{
    AgentName, AttributeConditions, Conditions, Description, Effect, GrantTerms, PathPattern,
    Permission, Permissions, Principal, Priority,
};
use oneclaw_services::{
    AgentLoginCommand, AuditRequest, Caller, CreatePolicyCommand, RegisterAgentCommand, Services,
};

/// Registers an agent, which may do nothing; grants, and takes the grant back.
pub(crate) async fn lend(
    services: &Services,
    owner: &Caller,
    kept: &Kept,
) -> Result<Vec<String>, Fault> {
    let named = RegisterAgentCommand::named(
        AgentName::parse("deployer")?,
        Description::parse("an example")?,
    );
    let made = services.agents.create(named, owner).await?.into_inner();
    let login = AgentLoginCommand {
        api_key: made.api_key,
        agent: Some(made.agent.id),
    };
    let request = AuditRequest::default();
    let tokens = services.auth.agent_login(login, &request).await?;
    let token = tokens.into_inner().access_token;
    let agent = services
        .auth
        .authenticate(Some(token.expose()), request)
        .await?;

    let before = read(services, kept.vault, &agent).await;
    let grant = CreatePolicyCommand {
        vault: kept.vault,
        principal: Principal::Agent(made.agent.id),
        terms: read_below("db/**")?,
        tx_conditions: None,
        schema_version: 2,
    };
    let policy = services.policies.create(grant, owner).await?.into_inner();
    let (_, value) = read(services, kept.vault, &agent).await?;
    // holds from the next request on, here and wherever else this store is served
    let ended = services.policies.delete(kept.vault, policy.id, owner);
    ended.await?.into_inner();
    let after = read(services, kept.vault, &agent).await;
    Ok(vec![
        format!("without a grant, an agent was {}", answered(&before)),
        format!("with one, it read {} characters", value.chars().count()),
        format!("without it again, it was {}", answered(&after)),
    ])
}

/// May read what the pattern covers.
fn read_below(pattern: &str) -> Result<GrantTerms, Fault> {
    Ok(GrantTerms {
        pattern: PathPattern::parse(pattern)?,
        permissions: Permissions::of(&[Permission::Read]).ok_or("no permission")?,
        effect: Effect::Allow,
        priority: Priority::default(),
        conditions: Conditions::default(),
        attributes: AttributeConditions::default(),
        expires_at: None,
    })
}

fn answered<T>(read: &Result<T, Fault>) -> String {
    match read {
        Ok(_) => "given the value".to_owned(),
        Err(refusal) => format!("refused: {refusal}"),
    }
}
