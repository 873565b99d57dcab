//! What the log says of all that.

use crate::Fault;
use oneclaw_domain::PageSize;
use oneclaw_services::{Caller, EventFilter, ListEventsCommand, Services, Stretch};

/// Looks up who read the secret last, and verifies the whole chain.
pub(crate) async fn look(services: &Services, owner: &Caller) -> Result<Vec<String>, Fault> {
    let reads = ListEventsCommand {
        filter: EventFilter {
            action: Some("secret.read".to_owned()),
            ..EventFilter::default()
        },
        limit: PageSize::new(3)?,
        offset: 0,
        cursor: None,
    };
    let listed = services.audit.list(&reads, owner).await?;
    let newest = listed.events.iter().map(|found| {
        let event = &found.event;
        format!(
            "the log: {} by {}: {}",
            event.action, event.actor_type, event.outcome
        )
    });
    let mut told: Vec<_> = newest.collect();
    let check = services.audit.verify(Stretch::default(), owner).await?;
    told.push(match check.broken {
        None if check.verified == check.checked => "the log's chain is whole".to_owned(),
        other => format!("the log's chain is broken: {other:?}"),
    });
    Ok(told)
}
