//! Opens the store for the operator, and does one thing.

use oneclaw_services::{Operator, Refusal};

use super::arguments::{Admin, Org, Settings, Usage, Users};
use super::{accounts, orgs, settings, usage, users};
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::os_user::os_user;
use crate::parts::Parts;
use crate::plan::Plan;

/// Does what is asked, while servers run; each act leaves an event that names the user of the operating system.
///
/// # Errors
/// It is refused, or the store or the keys cannot be used.
pub(crate) async fn run(configuration: Configuration, what: Admin) -> Result<(), Failure> {
    let listen = configuration.network.listen;
    let plan = Plan::of(&configuration, listen);
    // only the first account may be made where there is nothing yet
    let parts = match what {
        Admin::Bootstrap(_) => Parts::open(configuration).await?,
        _ => Parts::open_existing(configuration).await?,
    };
    let operator = Operator::start(parts.seams(), plan.services, os_user()).await?;
    let done = act(&operator, what).await;
    operator.close().await;
    parts.store.close().await;
    if let Some(path) = parts.created_key.filter(|_| done.is_ok()) {
        println!(
            "back up {}: without it no secret can be read",
            path.display()
        );
    }
    done
}

async fn act(operator: &Operator, what: Admin) -> Result<(), Failure> {
    match what {
        Admin::Bootstrap(who) => accounts::bootstrap(operator, who).await,
        Admin::Appoint(who) => accounts::appoint(operator, who).await,
        Admin::Users(Users::List(part)) => users::list(operator, &part).await,
        Admin::Users(Users::Delete(who)) => users::delete(operator, &who.email).await,
        Admin::Org(Org::Show(of)) => orgs::show(operator, of.org).await,
        Admin::Org(Org::Limits(limits)) => orgs::limits(operator, limits).await,
        Admin::Org(Org::Tier(given)) => orgs::tier(operator, given).await,
        Admin::Org(Org::Credits(credits)) => orgs::credits(operator, credits).await,
        Admin::Usage(Usage::Reset(of)) => usage::reset(operator, of.email.as_ref()).await,
        Admin::Settings(Settings::List) => settings::list(operator).await,
        Admin::Settings(Settings::Set(set)) => settings::set(operator, &set).await,
        Admin::Settings(Settings::Unset(of)) => settings::unset(operator, &of.key).await,
    }
}

/// A refusal in one line; `what` is that which may not be there.
pub(super) fn refused(what: &str) -> impl FnOnce(Refusal) -> Failure {
    move |refusal| match refusal {
        Refusal::NotFound => Failure::Refused(format!("there is no {what}")),
        Refusal::Conflict(reason) => Failure::Refused(reason.to_owned()),
        Refusal::Invalid(fields) => {
            let lines = fields.iter().map(|f| format!("{}: {}", f.field, f.reason));
            Failure::Refused(lines.collect::<Vec<_>>().join("; "))
        }
        other => Failure::System("administer", std::io::Error::other(other)),
    }
}
