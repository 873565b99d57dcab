//! A principal with very many grants is judged about as fast as their globs are matched.

use crate::reference::{Asking, circumstances, owner, path, standing};
use oneclaw_domain::{
    AttributeConditions, Conditions, Effect, Grant, GrantTerms, PathPattern, Permissions, PolicyId,
    Priority, SecretPath, VaultOwner,
};
use oneclaw_policy::{Grants, Need, Standing, Why, decide};
use std::time::{Duration, Instant};

const MANY: u128 = 1_000;
const WHO: Asking = Asking {
    role: None,
    environment: None,
    ip: None,
    made_the_vault: false,
};

fn grant(n: u128, vault: &VaultOwner, pattern: &str) -> Grant {
    Grant {
        policy: PolicyId::from_uuid(uuid::Uuid::from_u128(n)),
        vault: vault.vault,
        terms: GrantTerms {
            pattern: PathPattern::parse(pattern).unwrap(),
            permissions: Permissions::ALL,
            effect: Effect::Allow,
            priority: Priority::parse(i64::try_from(n).unwrap()).unwrap(),
            conditions: Conditions::default(),
            attributes: AttributeConditions::default(),
            expires_at: None,
        },
    }
}

fn with(grants: Vec<Grant>) -> Standing {
    Standing {
        grants: Grants::new(grants, []),
        ..standing(&[], &[], WHO)
    }
}

/// The shortest of some runs: what else the machine does only makes a run longer.
fn fastest(mut run: impl FnMut()) -> Duration {
    let times = (0..5).map(|_| {
        let started = Instant::now();
        run();
        started.elapsed()
    });
    times.min().unwrap()
}

#[test]
fn path_07_a_thousand_hostile_grants_cost_no_more_than_their_globs() {
    let vault = owner(WHO);
    let at = circumstances(WHO);
    for (pattern, text) in [
        ("a*a*a*a*a*a*b".to_owned(), "a".repeat(128)),
        (
            format!("{}b", "**/a/".repeat(100)),
            vec!["a"; 256].join("/"),
        ),
    ] {
        let grants: Vec<Grant> = (0..MANY).map(|n| grant(n, &vault, &pattern)).collect();
        let patterns: Vec<PathPattern> = grants.iter().map(|g| g.terms.pattern.clone()).collect();
        let (who, text): (Standing, SecretPath) = (with(grants), path(&text));
        let matching = fastest(|| {
            assert!(!patterns.iter().any(|pattern| pattern.matches(&text)));
        });
        let judging = fastest(|| {
            let decision = decide(&who, &at, &vault, &text, Need::READ);
            assert_eq!(decision.why, Why::NoPolicy);
        });
        assert!(
            judging < matching * 4 + Duration::from_millis(1),
            "{judging:?} to judge, {matching:?} to match {pattern}"
        );
    }
}

#[test]
fn a_thousand_grants_are_all_looked_at() {
    let vault = owner(WHO);
    let exact = |n: u128| grant(n, &vault, &format!("apps/app-{n}/**"));
    let who = with((0..MANY).map(exact).collect());
    for n in [0, 1, MANY / 2, MANY - 1] {
        let text = path(&format!("apps/app-{n}/db"));
        let decision = decide(&who, &circumstances(WHO), &vault, &text, Need::WRITE);
        let policy = PolicyId::from_uuid(uuid::Uuid::from_u128(n));
        assert_eq!(
            (decision.allowed, decision.why),
            (true, Why::Policy(policy))
        );
    }
}
