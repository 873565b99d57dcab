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

/// What was found genuine, by the SHA-256 of the whole text that was shown.
pub(super) type Remembered<T> = Cache<[u8; 32], Arc<T>>;

/// Sign up, log in, tokens.
#[derive(Clone)]
pub struct Auth {
    pub(super) core: Arc<Core>,
    pub(super) tokens: Remembered<Genuine>,
    pub(super) api_keys: Remembered<Genuine>,
}

impl Auth {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self {
            core,
            tokens: remembered(None),
            api_keys: remembered(Some(KEY_MEMORY)),
        }
    }
}

/// An empty memory of bounded size.
fn remembered<T: Send + Sync + 'static>(for_at_most: Option<Duration>) -> Remembered<T> {
    let memory = Cache::builder().max_capacity(REMEMBERED);
    match for_at_most {
        Some(time) => memory.time_to_live(time).build(),
        None => memory.build(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oneclaw_crypto::sha256;

    #[test]
    fn ses_10_a_flood_of_genuine_tokens_does_not_fill_the_memory() {
        for memory in [remembered(None), remembered(Some(KEY_MEMORY))] {
            let value = Arc::new(());
            for number in 0..100_000_u32 {
                memory.insert(sha256(&number.to_be_bytes()), Arc::clone(&value));
            }
            memory.run_pending_tasks();
            assert!(
                memory.entry_count() <= REMEMBERED,
                "{}",
                memory.entry_count()
            );
            assert!(memory.entry_count() > 0);
        }
    }

    #[test]
    fn ses_10_digests_that_begin_alike_are_two() {
        let memory: Remembered<u8> = remembered(None);
        let one = sha256(b"one");
        let mut other = one;
        other[8..].reverse();
        assert_eq!(one[..8], other[..8]);
        memory.insert(one, Arc::new(1));
        assert!(memory.get(&other).is_none());
        memory.insert(other, Arc::new(2));
        assert_eq!(memory.get(&one).as_deref(), Some(&1));
        assert_eq!(memory.get(&other).as_deref(), Some(&2));
    }
}
