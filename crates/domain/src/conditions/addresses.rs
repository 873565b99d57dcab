//! `ip_allowlist`: from where.

use super::json::{refused, texts};
use crate::{Cidr, Invalid};
use serde_json::Value;
use std::net::IpAddr;

pub(super) const KEY: &str = "ip_allowlist";

/// The blocks somebody may ask from. None = from nowhere (contract 4.4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Addresses(Vec<Cidr>);

impl Addresses {
    pub(super) fn parse(value: &Value) -> Result<Self, Invalid> {
        texts(KEY, value)?
            .into_iter()
            .map(|text| Cidr::parse(text).map_err(|why| refused(KEY, why.reason())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn contain(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|block| block.contains(ip))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
