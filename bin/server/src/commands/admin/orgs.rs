//! `oneclaw admin org`: one organization.

use oneclaw_domain::{MicroUsd, OrgId};
use oneclaw_services::{AllowedOrg, Change, CreditsCommand, LimitsCommand, Operator, TierCommand};

use super::arguments::{Credits, GiveTier, Limits};
use super::run::refused;
use crate::failure::Failure;

/// Prints its plan, what it has and used, and its credits.
///
/// # Errors
/// There is no such organization.
pub(super) async fn show(operator: &Operator, org: OrgId) -> Result<(), Failure> {
    let by = operator.administrator().await.map_err(refused(""))?;
    let found = operator.admin().show_org(org, by).await;
    print!("{}", text(&found.map_err(no_such(org))?));
    Ok(())
}

fn text(found: &AllowedOrg) -> String {
    let (billed, quota, has) = (&found.billed, &found.quota, &found.billed.holdings);
    let until = billed.org.plan.as_ref().and_then(|plan| plan.ends_at);
    let until = until.map_or(String::new(), |end| format!(" until {end}"));
    let limit = match quota.limit {
        Some(limit) if !quota.is_exempt => limit.to_string(),
        _ => "unlimited".to_owned(),
    };
    let own = billed
        .request_limit
        .map_or("none".to_owned(), |own| own.to_string());
    let sponsored = if billed.is_sponsored { "yes" } else { "no" };
    format!(
        "organization {} ({})\n  plan       {}{until}\n  requests   {} of {limit} this month\n  override   {own}\n  \
         sponsored  {sponsored}\n  credits    {} USD\n  has        {} members, {} vaults, {} secrets, {} agents, {} shares\n",
        billed.org.id,
        billed.org.name.as_str(),
        quota.tier.as_str(),
        quota.used,
        quota.balance.dollars_and_cents(),
        has.members,
        has.vaults,
        has.secrets,
        has.agents,
        has.shares,
    )
}

/// Changes what it is allowed beside its plan.
///
/// # Errors
/// There is no such organization.
pub(super) async fn limits(operator: &Operator, limits: Limits) -> Result<(), Failure> {
    let by = operator.administrator().await.map_err(refused(""))?;
    let org = limits.of.org;
    let command = LimitsCommand {
        request_limit: match limits.requests {
            None => Change::Keep,
            Some(requests) => requests.0.map_or(Change::Clear, Change::Set),
        },
        is_sponsored: limits.sponsored,
    };
    let set = operator.admin().set_limits(org, command, by).await;
    let (limit, sponsored) = set.map_err(no_such(org))?.into_inner();
    let limit = limit.map_or("its plan's".to_owned(), |limit| limit.to_string());
    let sponsored = if sponsored { ", and is sponsored" } else { "" };
    println!("organization {org} has {limit} requests a month{sponsored}");
    Ok(())
}

/// Gives it a plan.
///
/// # Errors
/// There is no such organization.
pub(super) async fn tier(operator: &Operator, given: GiveTier) -> Result<(), Failure> {
    let by = operator.administrator().await.map_err(refused(""))?;
    let (org, tier) = (given.of.org, given.tier.0);
    let command = TierCommand {
        tier,
        days: given.days,
    };
    let set = operator.admin().set_tier(org, command, by).await;
    let plan = set.map_err(no_such(org))?.into_inner();
    let until = plan.and_then(|plan| plan.ends_at);
    let until = until.map_or(String::new(), |end| format!(" until {end}"));
    let word = tier.map_or("default", |tier| tier.as_str());
    println!("organization {org} has the {word} plan{until}");
    Ok(())
}

/// Gives it credits, or takes them.
///
/// # Errors
/// There is no such organization, or it has not so many.
pub(super) async fn credits(operator: &Operator, credits: Credits) -> Result<(), Failure> {
    if credits.cents == 0 {
        return Err(Failure::Refused("--cents: must not be 0".to_owned()));
    }
    let by = operator.administrator().await.map_err(refused(""))?;
    let org = credits.of.org;
    let amount = MicroUsd::cents(credits.cents);
    let command = CreditsCommand {
        amount: amount.map_err(|invalid| Failure::Refused(invalid.reason().to_owned()))?,
        description: credits.description,
        expires_at: credits.expires_at,
    };
    let changed = operator.admin().change_credits(org, command, by).await;
    let balance = changed.map_err(no_such(org))?.into_inner();
    println!(
        "organization {org} has credits of {} USD",
        balance.dollars_and_cents()
    );
    Ok(())
}

fn no_such(org: OrgId) -> impl FnOnce(oneclaw_services::Refusal) -> Failure {
    move |refusal| refused(&format!("organization {org}"))(refusal)
}
