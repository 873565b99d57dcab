//! The memory that hashes are computed in, kept from one hash to the next.

use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::{Argon2, Block, Error};
use zeroize::Zeroize as _;

/// Block buffers for hashes of one cost, as many as were ever in use at once. The caller bounds that number: one
/// for each hash it computes at the same time.
///
/// A fresh buffer for each hash is freed into whichever heap its thread uses, and these heaps keep what they were
/// given: a server that hashed on many threads held many times what it was using.
pub(super) struct BlockPool {
    block_count: usize,
    idle: Mutex<Vec<Vec<Block>>>,
    allocated: AtomicUsize,
}

impl BlockPool {
    /// A pool of buffers of `block_count` blocks, 1 KiB each. None is allocated before it is needed.
    pub(super) fn new(block_count: usize) -> Self {
        Self {
            block_count,
            idle: Mutex::new(Vec::new()),
            allocated: AtomicUsize::new(0),
        }
    }

    /// Computes one hash into `out`, in a buffer of the pool if it is large enough, else in one of its own. No
    /// memory leaves this call without having been zeroized.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], or what `argon2` finds wrong with its inputs.
    pub(super) fn compute(
        &self,
        argon2: &Argon2<'_>,
        password: &[u8],
        salt: &[u8],
        out: &mut [u8],
    ) -> Result<(), Error> {
        let mut loan = self.lend(argon2.params().block_count())?;
        argon2.hash_password_into_with_memory(password, salt, out, loan.blocks.as_mut_slice())
    }

    fn lend(&self, block_count: usize) -> Result<Loan<'_>, Error> {
        if block_count > self.block_count {
            return Ok(Loan {
                blocks: self.allocate(block_count)?,
                home: None,
            });
        }
        // A statement of its own: the lock must not be held while a buffer is allocated.
        let idle = self.idle().pop();
        let blocks = match idle {
            Some(blocks) => blocks,
            None => self.allocate(self.block_count)?,
        };
        Ok(Loan {
            blocks,
            home: Some(self),
        })
    }

    fn allocate(&self, block_count: usize) -> Result<Vec<Block>, Error> {
        let mut blocks = Vec::new();
        blocks
            .try_reserve_exact(block_count)
            .map_err(|_| Error::OutOfMemory)?;
        blocks.resize(block_count, Block::new());
        self.allocated.fetch_add(1, Ordering::Relaxed);
        Ok(blocks)
    }

    /// A panic elsewhere cannot have left the list half changed, so a poisoned lock is as good as another.
    fn idle(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many buffers were ever allocated, kept or not.
    #[cfg(test)]
    pub(super) fn allocated(&self) -> usize {
        self.allocated.load(Ordering::Relaxed)
    }
}

/// A buffer in use. It is zeroized and goes home when dropped, even by a panic.
struct Loan<'pool> {
    blocks: Vec<Block>,
    home: Option<&'pool BlockPool>,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        for block in &mut self.blocks {
            block.zeroize();
        }
        if let Some(pool) = self.home {
            pool.idle().push(mem::take(&mut self.blocks));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use argon2::{Algorithm, Params, Version};

    use super::*;

    const SALT: &[u8] = b"sixteen bytes!!!";

    fn argon2(memory_kib: u32, iterations: u32, lanes: u32) -> Argon2<'static> {
        let params = Params::new(memory_kib, iterations, lanes, Some(32)).unwrap();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }

    fn is_zero(blocks: &[Block]) -> bool {
        blocks
            .iter()
            .all(|block| block.as_ref().iter().all(|word| *word == 0))
    }

    #[test]
    fn a_used_buffer_of_any_size_gives_the_hash_that_a_fresh_one_gives() {
        let pool = BlockPool::new(64);
        // Smaller than, as large as and larger than the buffers of the pool, and 70 KiB that 4 lanes round to 64.
        for (memory_kib, iterations, lanes) in [
            (64, 3, 1),
            (8, 1, 1),
            (64, 2, 4),
            (70, 2, 4),
            (128, 2, 2),
            (33, 4, 1),
            (64, 3, 1),
        ] {
            let argon2 = argon2(memory_kib, iterations, lanes);
            let (mut fresh, mut pooled) = ([0; 32], [0; 32]);
            argon2
                .hash_password_into(b"hunter2", SALT, &mut fresh)
                .unwrap();
            pool.compute(&argon2, b"hunter2", SALT, &mut pooled)
                .unwrap();
            assert_eq!(fresh, pooled, "{memory_kib} {iterations} {lanes}");
        }
        assert_eq!((pool.allocated(), pool.idle().len()), (2, 1));
    }

    #[test]
    fn a_buffer_is_zeroized_and_kept_after_a_hash_an_error_and_a_panic() {
        let pool = BlockPool::new(8);
        assert_eq!(pool.allocated(), 0);
        let mut out = [0; 32];
        pool.compute(&argon2(8, 1, 1), b"hunter2", SALT, &mut out)
            .unwrap();
        assert!(is_zero(&pool.idle()[0]));
        let error = pool.compute(&argon2(8, 1, 1), b"hunter2", b"short", &mut out);
        assert_eq!(error, Err(Error::SaltTooShort));
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let mut loan = pool.lend(8).unwrap();
            loan.blocks[7].as_mut()[127] = 1;
            assert!(is_zero(&loan.blocks), "as it must");
        }));
        assert!(panicked.is_err());
        assert_eq!((pool.allocated(), pool.idle().len()), (1, 1));
        assert!(is_zero(&pool.idle()[0]));
        assert_eq!(pool.idle()[0].len(), 8);
    }
}
