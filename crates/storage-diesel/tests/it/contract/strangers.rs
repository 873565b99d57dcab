//! Requests of strangers, who read what an organization shares: what it gives counts for it.

use crate::contract::both_stores::on_both_stores;
use crate::contract::usage::{customer, entry, metered, spend, used};
use crate::home::Kind;
use crate::world::{World, id, now, read_in};
use oneclaw_domain::{Actor, Priced, VersionId};
use oneclaw_storage::Admission::{self, Admitted};
use oneclaw_storage::{JournalEntry, Store};

on_both_stores! {
    a_stranger_who_is_given_nothing_uses_up_nothing
}

/// Refused by the commit itself, as everything else of strangers is before it.
async fn a_stranger_who_is_given_nothing_uses_up_nothing(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    let strange = || {
        let mut event = metered(who, Some(Priced::AccessShare), now());
        if let Some(usage) = &mut event.usage {
            usage.by = Actor::Anonymous;
        }
        event
    };
    let gone = || JournalEntry {
        event: strange(),
        read: Some(read_in(who.org, VersionId::from_uuid(id()))),
    };
    let admissions = world.store.append(&[gone(), entry(strange())]).await;
    assert_eq!(admissions.unwrap(), [Admission::UsedUp, Admitted]);
    assert_eq!(used(&world, who).await, (1, 0, 0), "what was given counts");
    spend(&world, who).await;
    let before = used(&world, who).await;
    let rows = "SELECT count(*) AS n FROM usage_events";
    let metered_before = world.number(rows).await;
    for _ in 0..3 {
        let admissions = world.store.append(&[entry(strange()), gone()]).await;
        for admission in admissions.unwrap() {
            let Admission::Unpaid(quota) = admission else {
                panic!("{admission:?}");
            };
            assert_eq!(quota.used, before.0);
        }
    }
    assert_eq!(used(&world, who).await, before);
    assert_eq!(world.number(rows).await, metered_before);
    // what the commit saw is known all the same: the next is refused before it
    let seen = world.store.last_quota(who.org).unwrap();
    assert!(seen.is_spent());
}
