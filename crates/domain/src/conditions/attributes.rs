//! The `attribute_conditions` of a grant.

use super::json::{never, only, refused, texts};
use crate::{Invalid, Role};
use serde_json::{Map, Value};

const KEY: &str = "principal_role";

/// As what somebody must act for a grant to count (contract 4.4). None always holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct AttributeConditions {
    given: Map<String, Value>,
    roles: Option<Vec<Role>>,
}

impl AttributeConditions {
    /// Reads `principal_role`: one role, or a list of them.
    ///
    /// # Errors
    /// Other keys, words that are no role, and an empty list, which would never be true.
    pub fn parse(map: &Map<String, Value>) -> Result<Self, Invalid> {
        only(map, &[KEY])?;
        Ok(Self {
            given: map.clone(),
            roles: map.get(KEY).map(roles).transpose()?,
        })
    }

    /// The object as it was given.
    pub fn as_json(&self) -> &Map<String, Value> {
        &self.given
    }

    /// Whether somebody of this role fits; agents have no role, and fit where none is asked for.
    pub fn hold(&self, role: Option<Role>) -> bool {
        self.roles
            .as_ref()
            .is_none_or(|roles| role.is_some_and(|role| roles.contains(&role)))
    }
}

fn roles(value: &Value) -> Result<Vec<Role>, Invalid> {
    let words = match value.as_str() {
        Some(word) => vec![word],
        None => texts(KEY, value)?,
    };
    if words.is_empty() {
        return Err(never(KEY, "it names no role"));
    }
    words
        .into_iter()
        .map(|word| Role::parse(word).map_err(|why| refused(KEY, why.reason())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(value: &Value) -> Result<AttributeConditions, Invalid> {
        AttributeConditions::parse(value.as_object().unwrap())
    }

    #[test]
    fn pol_04_what_is_no_attribute_condition() {
        for bad in [
            json!({"role": "admin"}),
            json!({"principal_role": "admin", "x": 1}),
            json!({"principal_role": "Admin"}),
            json!({"principal_role": "*"}),
            json!({"principal_role": []}),
            json!({"principal_role": ["admin", 1]}),
            json!({"principal_role": null}),
            json!({"principal_role": {"eq": "admin"}}),
        ] {
            assert!(parse(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn roles_are_compared_for_equality() {
        let any = AttributeConditions::default();
        assert!(any.hold(None) && any.hold(Some(Role::Member)));
        let one = parse(&json!({"principal_role": "admin"})).unwrap();
        let two = parse(&json!({"principal_role": ["admin", "member"]})).unwrap();
        for (role, by_one, by_two) in [
            (Some(Role::Owner), false, false),
            (Some(Role::Admin), true, true),
            (Some(Role::Member), false, true),
            (None, false, false),
        ] {
            assert_eq!(one.hold(role), by_one, "{role:?}");
            assert_eq!(two.hold(role), by_two, "{role:?}");
        }
        assert_eq!(one.as_json()["principal_role"], "admin");
    }
}
