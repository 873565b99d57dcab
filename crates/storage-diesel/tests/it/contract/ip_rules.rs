//! Rules about callers' addresses.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, may, now};
use oneclaw_domain::{AppliesTo, Cidr, IpRule, IpRuleId, PageSize, Role, RuleLabel, RuleType};
use oneclaw_policy::{CreateIpRule, DeleteIpRule, ListIpRules, ReadProfile};
use oneclaw_storage::{IpRuleCursor, Store};

on_both_stores! {
    rules_come_back_as_they_were_stored_by_pages
    deleting_and_clearing_stay_in_the_organization
    the_rules_of_one_member_go_with_those_of_nobody
}

pub(super) fn new_rule(who: Tenant) -> IpRule {
    IpRule {
        id: IpRuleId::from_uuid(id()),
        org: who.org,
        rule: RuleType::Allow,
        cidr: Cidr::parse("10.0.0.0/8").unwrap(),
        label: None,
        applies_to: AppliesTo::All,
        created_by: Some(who.user),
        created_at: now(),
    }
}

pub(super) async fn add_rule(world: &World, who: Tenant, rule: &IpRule) {
    let mut tx = world.begin().await;
    let access = may::<CreateIpRule>(who.scope());
    tx.ip_rules().insert(&access, rule).await.unwrap();
    commit(tx, who).await.unwrap();
}

async fn rules_come_back_as_they_were_stored_by_pages(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    add_rule(&world, other, &new_rule(other)).await;
    let mut expected = Vec::new();
    for (serial, applies_to) in [AppliesTo::Users, AppliesTo::Agents, AppliesTo::All]
        .into_iter()
        .enumerate()
    {
        let plain = new_rule(who);
        let labelled = IpRule {
            rule: RuleType::Deny,
            cidr: Cidr::parse("2001:db8::/32").unwrap(),
            label: Some(RuleLabel::parse("office").unwrap()),
            applies_to,
            created_by: None,
            ..new_rule(who)
        };
        for mut rule in [plain, labelled] {
            rule.created_at = now().plus_seconds(i64::try_from(serial).unwrap());
            add_rule(&world, who, &rule).await;
            expected.push(rule);
        }
    }
    let mut reader = world.store.read().await.unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = reader
            .ip_rules()
            .list(&may(who.scope()), after, PageSize::new(4).unwrap())
            .await
            .unwrap();
        after = page.items.last().map(|rule| IpRuleCursor {
            created_at: rule.created_at,
            id: rule.id,
        });
        found.extend(page.items);
        if !page.more {
            break;
        }
    }
    assert_eq!(found, expected);
    let known = reader.access().ip_rules(who.org).await.unwrap();
    assert_eq!(known.len(), expected.len());
    assert!(expected.iter().all(|rule| known.contains(rule)));
    let org = may::<ListIpRules>(who.scope()).in_org();
    let all = world.begin().await.ip_rules().all(org).await.unwrap();
    assert_eq!(all, expected);
}

async fn deleting_and_clearing_stay_in_the_organization(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let rules = [new_rule(who), new_rule(who), new_rule(who)];
    for rule in &rules {
        add_rule(&world, who, rule).await;
    }
    let kept = new_rule(other);
    add_rule(&world, other, &kept).await;
    let mut tx = world.begin().await;
    let foreign = may::<DeleteIpRule>(other.scope());
    let own = may::<DeleteIpRule>(who.scope());
    let rules_of = tx.ip_rules();
    assert!(!rules_of.delete(&foreign, rules[0].id).await.unwrap());
    assert!(rules_of.delete(&own, rules[0].id).await.unwrap());
    assert!(!rules_of.delete(&own, rules[0].id).await.unwrap());
    assert_eq!(rules_of.clear(&own).await.unwrap(), 2);
    assert_eq!(rules_of.clear(&own).await.unwrap(), 0);
    let org = may::<ListIpRules>(other.scope()).in_org();
    assert_eq!(rules_of.all(org).await.unwrap(), [kept]);
    commit(tx, who).await.unwrap();
}

async fn the_rules_of_one_member_go_with_those_of_nobody(kind: Kind) {
    let world = World::on(kind).await;
    let (who, elsewhere) = (world.tenant().await, world.tenant().await);
    let colleague = world.member(who, Role::Admin).await;
    let by = |created_by| IpRule {
        created_by,
        ..new_rule(who)
    };
    let kept = by(Some(colleague.user));
    // somebody of another organization is no member of this one
    for rule in [
        by(Some(who.user)),
        by(None),
        by(Some(elsewhere.user)),
        kept.clone(),
    ] {
        add_rule(&world, who, &rule).await;
    }
    let foreign = new_rule(elsewhere);
    add_rule(&world, elsewhere, &foreign).await;
    let mut tx = world.begin().await;
    let account = may::<ReadProfile>(who.account()).in_account();
    assert_eq!(tx.ip_rules().delete_of(account).await.unwrap(), 3);
    commit(tx, who).await.unwrap();
    for (of, left) in [(who, kept), (elsewhere, foreign)] {
        let org = may::<ListIpRules>(of.scope()).in_org();
        let all = world.begin().await.ip_rules().all(org).await.unwrap();
        assert_eq!(all, [left]);
    }
}
