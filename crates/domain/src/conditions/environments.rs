//! `environment_in`: as an agent of which environment.

use super::json::{never, refused, texts};
use crate::{Environment, Invalid};
use serde_json::Value;

pub(super) const KEY: &str = "environment_in";

/// The environments an agent may be of. Never holds for people (contract 4.4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Environments(Vec<Environment>);

impl Environments {
    pub(super) fn parse(value: &Value) -> Result<Self, Invalid> {
        let names = texts(KEY, value)?;
        if names.is_empty() {
            return Err(never(KEY, "it names no environment"));
        }
        names
            .into_iter()
            .map(|name| Environment::parse(name).map_err(|why| refused(KEY, why.reason())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn contain(&self, environment: &str) -> bool {
        self.0.iter().any(|name| name.as_str() == environment)
    }
}
