//! The service, and what it remembers.

use super::authenticate::Genuine;
use crate::core::Core;
use moka::sync::Cache;
use std::sync::Arc;
use std::time::Duration;

/// Genuine credentials that are remembered, by SHA-256; the least used are forgotten.
const REMEMBERED: u64 = 65_536;
/// How long a genuine API key is remembered, so that its last use is noted once a minute.
const KEY_MEMORY: Duration = Duration::from_mins(1);

/// Sign up, log in, tokens.
#[derive(Clone)]
pub struct Auth {
    pub(super) core: Arc<Core>,
    pub(super) tokens: Cache<[u8; 32], Arc<Genuine>>,
    pub(super) api_keys: Cache<[u8; 32], Arc<Genuine>>,
}

impl Auth {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self {
            core,
            tokens: Cache::new(REMEMBERED),
            api_keys: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(KEY_MEMORY)
                .build(),
        }
    }
}
