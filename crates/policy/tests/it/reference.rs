//! The naive judge: contract 4.4, sentence by sentence, over grants that are plain data.

use oneclaw_domain::{
    AttributeConditions, Circumstances, Conditions, Effect, Environment, Grant, GrantTerms, OrgId,
    PathPattern, Permission, Permissions, PolicyId, Principal, Priority, Role, Scopes, SecretPath,
    Timestamp, UserId, VaultId, VaultOwner,
};
use oneclaw_policy::{AgentLimits, CredentialKind, Grants, Standing};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The moment of every decision.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_771_416_000_000);
pub(crate) const PATHS: [&str; 6] = ["a", "a/b", "a/b/c", "ab", "b", "b/a"];
pub(crate) const PERMISSIONS: [Permission; 4] = [
    Permission::Read,
    Permission::Write,
    Permission::Delete,
    Permission::Rotate,
];
/// Patterns, and the paths among [`PATHS`] that each takes, read off the contract by hand.
const PATTERNS: [(&str, &[&str]); 7] = [
    ("**", &PATHS),
    ("a/**", &["a", "a/b", "a/b/c"]),
    ("a/*", &["a/b"]),
    ("a*", &["a", "ab"]),
    ("*", &["a", "ab", "b"]),
    ("**/a", &["a", "b/a"]),
    ("a/b/c", &["a/b/c"]),
];

/// What a grant asks for besides its pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum When {
    Always,
    From(&'static str),
    In(&'static str),
    As(Role),
}

/// A grant as plain data.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) pattern: usize,
    pub(crate) permissions: Vec<Permission>,
    pub(crate) effect: Effect,
    pub(crate) priority: i64,
    /// Milliseconds from [`NOW`] to its end.
    pub(crate) ends_in: Option<i64>,
    pub(crate) when: When,
    /// Whether it is about the vault that is asked for.
    pub(crate) here: bool,
}

/// Who asks, and from where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking {
    pub(crate) role: Option<Role>,
    pub(crate) environment: Option<&'static str>,
    pub(crate) ip: Option<&'static str>,
    pub(crate) made_the_vault: bool,
}

pub(crate) fn grants() -> impl Strategy<Value = Vec<Given>> {
    prop::collection::vec(grant(), 0..8)
}

fn grant() -> impl Strategy<Value = Given> {
    let when = prop_oneof![
        4 => Just(When::Always),
        1 => prop_oneof![Just("10.0.0.1"), Just("10.0.0.2")].prop_map(When::From),
        1 => prop_oneof![Just("prod"), Just("dev")].prop_map(When::In),
        1 => prop_oneof![Just(Role::Member), Just(Role::Admin)].prop_map(When::As),
    ];
    (
        0..PATTERNS.len(),
        prop::sample::subsequence(PERMISSIONS.to_vec(), 1..=4),
        prop_oneof![2 => Just(Effect::Allow), 1 => Just(Effect::Deny)],
        prop_oneof![Just(0_i64), Just(1), Just(2), Just(1_000_000)],
        prop_oneof![4 => Just(None), 1 => prop::sample::select(vec![-1_i64, 0, 1]).prop_map(Some)],
        when,
        prop::bool::weighted(0.9),
    )
        .prop_map(
            |(pattern, permissions, effect, priority, ends_in, when, here)| Given {
                pattern,
                permissions,
                effect,
                priority,
                ends_in,
                when,
                here,
            },
        )
}

pub(crate) fn asking() -> impl Strategy<Value = Asking> {
    let who = prop_oneof![
        3 => Just((Some(Role::Member), None)),
        1 => Just((Some(Role::Admin), None)),
        2 => Just((None, Some("prod"))),
        1 => Just((None, None)),
    ];
    let ip = prop_oneof![
        Just(None),
        Just(Some("10.0.0.1")),
        Just(Some("::ffff:10.0.0.2"))
    ];
    (who, ip, prop::bool::weighted(0.2)).prop_map(|((role, environment), ip, made_the_vault)| {
        Asking {
            role,
            environment,
            ip,
            made_the_vault,
        }
    })
}

impl Given {
    /// Whether it counts for what is asked.
    fn counts(&self, who: Asking, path: &str, any_of: &[Permission]) -> bool {
        let (_, paths) = PATTERNS[self.pattern];
        let holds = match self.when {
            When::Always => true,
            When::From(ip) => match who.ip {
                Some(known) => known.trim_start_matches("::ffff:") == ip,
                None => self.effect == Effect::Deny,
            },
            When::In(environment) => who.environment == Some(environment),
            When::As(role) => who.role == Some(role),
        };
        self.here
            && self.ends_in.is_none_or(|left| left > 0)
            && paths.contains(&path)
            && any_of.iter().any(|one| self.permissions.contains(one))
            && holds
    }

    fn terms(&self) -> GrantTerms {
        let object = |value: Value| value.as_object().unwrap().clone();
        let (conditions, attributes) = match self.when {
            When::Always => (Map::new(), Map::new()),
            When::From(ip) => (object(json!({"ip_allowlist": [ip]})), Map::new()),
            When::In(name) => (object(json!({"environment_in": [name]})), Map::new()),
            When::As(role) => (
                Map::new(),
                object(json!({"principal_role": [role.as_str()]})),
            ),
        };
        GrantTerms {
            pattern: PathPattern::parse(PATTERNS[self.pattern].0).unwrap(),
            permissions: Permissions::of(&self.permissions).unwrap(),
            effect: self.effect,
            priority: Priority::parse(self.priority).unwrap(),
            conditions: Conditions::parse(&conditions).unwrap(),
            attributes: AttributeConditions::parse(&attributes).unwrap(),
            expires_at: self
                .ends_in
                .map(|left| Timestamp::from_millis(NOW.millis() + left)),
        }
    }
}

/// The grants that decide: of those that count, the ones of the highest priority.
pub(crate) fn deciding<'a>(
    given: &'a [Given],
    who: Asking,
    path: &str,
    any_of: &[Permission],
) -> Vec<&'a Given> {
    let counting = || given.iter().filter(|one| one.counts(who, path, any_of));
    let highest = counting().map(|one| one.priority).max();
    counting()
        .filter(|one| Some(one.priority) == highest)
        .collect()
}

/// Whether it is allowed, by the contract's words.
pub(crate) fn allowed(given: &[Given], who: Asking, path: &str, any_of: &[Permission]) -> bool {
    let manages = who.made_the_vault || who.role == Some(Role::Admin);
    if manages && who.role.is_some() {
        return true;
    }
    let deciding = deciding(given, who, path, any_of);
    if deciding.iter().any(|one| one.effect == Effect::Deny) {
        false
    } else {
        !deciding.is_empty() || manages
    }
}

/// The same as the judge takes it; each grant's id is its place in `given`.
pub(crate) fn standing(given: &[Given], order: &[usize], who: Asking) -> Standing {
    let grant = |place: &usize| Grant {
        policy: PolicyId::from_uuid(id(*place as u128)),
        vault: if given[*place].here {
            vault()
        } else {
            VaultId::from_uuid(id(4))
        },
        terms: given[*place].terms(),
    };
    Standing {
        principal: principal(who),
        org: OrgId::from_uuid(id(1)),
        is_platform: false,
        role: who.role,
        credential: CredentialKind::Login,
        scopes: Scopes::default(),
        agent: who.role.is_none().then(|| AgentLimits {
            environment: who
                .environment
                .map(|name| Environment::parse(name).unwrap()),
            ..AgentLimits::default()
        }),
        grants: Grants::new(order.iter().map(grant), []),
    }
}

pub(crate) fn owner(who: Asking) -> VaultOwner {
    VaultOwner {
        org: OrgId::from_uuid(id(1)),
        vault: vault(),
        created_by: if who.made_the_vault {
            principal(who)
        } else {
            Principal::User(UserId::from_uuid(id(9)))
        },
        is_system: false,
    }
}

pub(crate) fn circumstances(who: Asking) -> Circumstances {
    Circumstances::new(NOW, who.ip.map(|ip| ip.parse().unwrap()))
}

pub(crate) fn path(text: &str) -> SecretPath {
    SecretPath::parse(text).unwrap()
}

fn vault() -> VaultId {
    VaultId::from_uuid(id(3))
}

fn principal(who: Asking) -> Principal {
    match who.role {
        Some(_) => Principal::User(UserId::from_uuid(id(7))),
        None => Principal::Agent(oneclaw_domain::AgentId::from_uuid(id(8))),
    }
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}
