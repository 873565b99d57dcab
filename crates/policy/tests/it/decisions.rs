//! Random grants in random order: one decision, and the contract's.

use crate::reference::{
    Asking, Given, NOW, PATHS, PERMISSIONS, When, allowed, asking, circumstances, deciding, grants,
    owner, path, standing,
};
use oneclaw_domain::{Circumstances, Effect, Permission, PolicyId, Role, Timestamp, VaultId};
use oneclaw_policy::{
    Denial, Facts, Grants, ListSecrets, Missing, Need, ReadSecret, SecretAt, VaultScope, Why,
    authorize, decide,
};
use proptest::prelude::*;
use std::sync::Arc;

/// Some grants, and the same places in another order.
fn shuffled() -> impl Strategy<Value = (Vec<Given>, Vec<usize>)> {
    grants().prop_flat_map(|given| {
        let order: Vec<usize> = (0..given.len()).collect();
        (Just(given), Just(order).prop_shuffle())
    })
}

fn place(policy: PolicyId) -> usize {
    usize::try_from(policy.uuid().as_u128()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn pol_03_the_judge_says_what_the_contract_says((given, order) in shuffled(), who in asking()) {
        let standing = standing(&given, &order, who);
        let (at, vault) = (circumstances(who), owner(who));
        for text in PATHS {
            for permission in PERMISSIONS {
                let need = Need::of(permission);
                let decision = decide(&standing, &at, &vault, &path(text), need);
                prop_assert_eq!(
                    decision.allowed,
                    allowed(&given, who, text, need.any_of),
                    "{} at {}: {:?}", permission.as_str(), text, decision
                );
                if let Why::Policy(policy) = decision.why {
                    let named = &given[place(policy)];
                    let could = deciding(&given, who, text, need.any_of);
                    prop_assert!(could.iter().any(|one| std::ptr::eq(*one, named)));
                    prop_assert_eq!(named.effect == Effect::Allow, decision.allowed);
                }
            }
        }
    }

    #[test]
    fn pol_02_a_list_shows_what_one_may_touch((given, order) in shuffled(), who in asking()) {
        let standing = Arc::new(standing(&given, &order, who));
        let vault = owner(who);
        let on = VaultScope { org: vault.org, vault: vault.vault };
        let listed =
            authorize::<ListSecrets>(&standing, circumstances(who), on, Facts::vault(Some(&vault)));
        for text in PATHS {
            let any = PERMISSIONS
                .iter()
                .any(|one| allowed(&given, who, text, Need::of(*one).any_of));
            match &listed {
                Ok(access) => {
                    prop_assert_eq!(access.sees(&path(text)), any, "{}", text);
                    let prefixes = access.prefixes();
                    prop_assert!(!any || prefixes.iter().any(|one| text.starts_with(one.as_str())));
                }
                Err(denial) => {
                    prop_assert_eq!(*denial, Denial::Forbidden(Missing::Grant));
                    prop_assert!(!any, "{}", text);
                }
            }
        }
    }

    #[test]
    fn pol_03_a_proof_is_given_where_the_judge_allows((given, order) in shuffled(), who in asking()) {
        let standing = Arc::new(standing(&given, &order, who));
        let vault = owner(who);
        for text in PATHS {
            let on = SecretAt { org: vault.org, vault: vault.vault, path: path(text) };
            let proof = authorize::<ReadSecret>(
                &standing,
                circumstances(who),
                on.clone(),
                Facts::vault(Some(&vault)),
            );
            match proof {
                Ok(access) => {
                    prop_assert!(allowed(&given, who, text, &[Permission::Read]));
                    prop_assert_eq!(access.on(), &on);
                }
                Err(denial) => {
                    prop_assert!(!allowed(&given, who, text, &[Permission::Read]));
                    prop_assert_eq!(
                        denial,
                        Denial::Forbidden(Missing::Permission(&[Permission::Read]))
                    );
                }
            }
        }
    }

    #[test]
    fn pol_03_a_row_that_cannot_be_read_denies((given, order) in shuffled(), who in asking()) {
        let mut standing = standing(&given, &order, who);
        let (at, vault) = (circumstances(who), owner(who));
        standing.grants = Grants::new(standing.grants.iter().cloned(), [vault.vault]);
        let manages = who.role == Some(Role::Admin) || (who.role.is_some() && who.made_the_vault);
        for text in PATHS {
            let decision = decide(&standing, &at, &vault, &path(text), Need::READ);
            prop_assert_eq!(decision.allowed, manages);
            prop_assert!(manages || decision.why == Why::UnreadablePolicy);
        }
    }
}

const AGENT: Asking = Asking {
    role: None,
    environment: None,
    ip: None,
    made_the_vault: true,
};

fn on_everything(effect: Effect, when: When, ends_in: Option<i64>) -> Given {
    Given {
        pattern: 0,
        permissions: vec![Permission::Read],
        effect,
        priority: 0,
        ends_in,
        when,
        here: true,
    }
}

fn reads(given: &Given, who: Asking, at: &Circumstances) -> bool {
    let standing = standing(std::slice::from_ref(given), &[0], who);
    decide(&standing, at, &owner(who), &path("a"), Need::READ).allowed
}

#[test]
fn pol_05_an_unknown_address_never_helps() {
    let stranger = Asking {
        made_the_vault: false,
        ..AGENT
    };
    let allow = on_everything(Effect::Allow, When::From("10.0.0.1"), None);
    let deny = on_everything(Effect::Deny, When::From("10.0.0.1"), None);
    for (ip, by_allow, despite_deny) in [
        (None, false, false),
        (Some("10.0.0.1"), true, false),
        (Some("::ffff:10.0.0.1"), true, false),
        (Some("10.0.0.2"), false, true),
    ] {
        let at = circumstances(Asking { ip, ..AGENT });
        assert_eq!(reads(&allow, stranger, &at), by_allow, "{ip:?}");
        assert_eq!(reads(&deny, AGENT, &at), despite_deny, "{ip:?}");
    }
}

#[test]
fn pol_06_not_applied_from_the_moment_of_its_expiry() {
    let stranger = Asking {
        made_the_vault: false,
        ..AGENT
    };
    let allow = on_everything(Effect::Allow, When::Always, Some(1_000));
    for (after, holds) in [(0, true), (999, true), (1_000, false), (1_001, false)] {
        let now = Timestamp::from_millis(NOW.millis() + after);
        let at = Circumstances::new(now, None);
        assert_eq!(reads(&allow, stranger, &at), holds, "{after}");
    }
}

#[test]
fn a_grant_on_one_vault_is_none_on_another() {
    let allow = on_everything(Effect::Allow, When::Always, None);
    let stranger = Asking {
        made_the_vault: false,
        ..AGENT
    };
    let standing = Arc::new(standing(std::slice::from_ref(&allow), &[0], stranger));
    let mut vault = owner(stranger);
    vault.vault = VaultId::from_uuid(uuid::Uuid::from_u128(5));
    let on = SecretAt {
        org: vault.org,
        vault: vault.vault,
        path: path("a"),
    };
    let denial = authorize::<ReadSecret>(
        &standing,
        circumstances(stranger),
        on,
        Facts::vault(Some(&vault)),
    )
    .unwrap_err();
    let read: &'static [Permission] = &[Permission::Read];
    assert_eq!(denial, Denial::Forbidden(Missing::Permission(read)));
}
