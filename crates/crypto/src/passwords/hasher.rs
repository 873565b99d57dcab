//! The queue: so many hashes at once, so many waiting, and no more.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::Argon2;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::block_pool::BlockPool;
use super::params::{HASH_LEN, PasswordPolicyParams, SALT_LEN};
use super::row::{StoredHash, to_phc};
use crate::{CryptoError, SecretText, random};

/// What came of a password check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the password is the one that was stored.
    pub matches: bool,
    /// Whether it matches a row of another cost than today's, which the caller should replace now.
    pub needs_rehash: bool,
}

impl Verdict {
    const NO: Self = Self {
        matches: false,
        needs_rehash: false,
    };
}

/// Hashes passwords with Argon2id on the blocking pool, so that a flood of logins cannot starve reads.
pub struct PasswordHasher {
    params: PasswordPolicyParams,
    argon2: Arc<Argon2<'static>>,
    pool: Arc<BlockPool>,
    admitted: Arc<Semaphore>,
    workers: Arc<Semaphore>,
    computed: Arc<AtomicU64>,
}

impl PasswordHasher {
    /// A queue that computes at most `workers` hashes at once while at most `queue_len` wait. Each worker takes
    /// `params.memory_kib` at its first hash and keeps it for the next.
    ///
    /// # Errors
    /// [`CryptoError::Parameters`] when the costs or the sizes are out of range.
    pub fn new(
        params: PasswordPolicyParams,
        workers: usize,
        queue_len: usize,
    ) -> Result<Self, CryptoError> {
        let admitted = workers
            .checked_add(queue_len)
            .filter(|all| workers > 0 && *all <= Semaphore::MAX_PERMITS)
            .ok_or_else(|| {
                CryptoError::Parameters(format!(
                    "password queue of {workers} workers and {queue_len} places is out of range"
                ))
            })?;
        let argon2 = params.argon2()?;
        Ok(Self {
            params,
            pool: Arc::new(BlockPool::new(argon2.params().block_count())),
            argon2: Arc::new(argon2),
            admitted: Arc::new(Semaphore::new(admitted)),
            workers: Arc::new(Semaphore::new(workers)),
            computed: Arc::new(AtomicU64::new(0)),
        })
    }

    /// Hashes a new password with a fresh salt; the result is a PHC string.
    ///
    /// # Errors
    /// [`CryptoError::Busy`] when the queue is full, [`CryptoError::Random`].
    pub async fn hash(&self, password: SecretText) -> Result<String, CryptoError> {
        let salt = random::<SALT_LEN>()?;
        let argon2 = Arc::clone(&self.argon2);
        let pool = Arc::clone(&self.pool);
        let computed = Arc::clone(&self.computed);
        self.run(move || {
            computed.fetch_add(1, Ordering::Relaxed);
            let mut hash = Zeroizing::new([0; HASH_LEN]);
            pool.compute(&argon2, password.expose().as_bytes(), &*salt, &mut *hash)
                .map_err(|error| not_computed(&error))?;
            to_phc(argon2.params(), &*salt, &*hash).map_err(|error| not_computed(&error))
        })
        .await?
    }

    /// Checks a password against a stored PHC string, at the cost of one hash. A row that is malformed or costs
    /// more than [`PasswordPolicyParams::CAP`] matches nothing, is logged, and costs one hash of today's cost.
    ///
    /// # Errors
    /// [`CryptoError::Busy`] when the queue is full or memory ran out.
    pub async fn verify(&self, password: SecretText, phc: &str) -> Result<Verdict, CryptoError> {
        let Some(stored) = StoredHash::parse(phc) else {
            tracing::error!("a stored password hash is malformed or above the cost cap");
            return self.verify_nothing(password).await;
        };
        let today = self.params;
        let pool = Arc::clone(&self.pool);
        let computed = Arc::clone(&self.computed);
        self.run(move || {
            computed.fetch_add(1, Ordering::Relaxed);
            let matches = stored
                .matches(password.expose().as_bytes(), &pool)
                .ok_or(CryptoError::Busy)?;
            Ok(Verdict {
                matches,
                needs_rehash: matches && stored.is_outdated(today),
            })
        })
        .await?
    }

    /// Computes one hash of today's cost and never matches: what an account costs that does not exist.
    ///
    /// # Errors
    /// [`CryptoError::Busy`] when the queue is full or memory ran out.
    pub async fn verify_nothing(&self, password: SecretText) -> Result<Verdict, CryptoError> {
        let argon2 = Arc::clone(&self.argon2);
        let pool = Arc::clone(&self.pool);
        let computed = Arc::clone(&self.computed);
        self.run(move || {
            computed.fetch_add(1, Ordering::Relaxed);
            let mut hash = Zeroizing::new([0; HASH_LEN]);
            let password = password.expose().as_bytes();
            pool.compute(&argon2, password, b"no such account.", &mut *hash)
                .map_err(|error| not_computed(&error))?;
            std::hint::black_box(&*hash);
            Ok(Verdict::NO)
        })
        .await?
    }

    /// How many hashes this queue computed, for tests and metrics.
    pub fn hashes_computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, CryptoError> {
        let admitted = Arc::clone(&self.admitted)
            .try_acquire_owned()
            .map_err(|_| CryptoError::Busy)?;
        let worker = Arc::clone(&self.workers)
            .acquire_owned()
            .await
            .map_err(|_| CryptoError::Busy)?;
        // The permits go with the work: a caller that hangs up does not free a place that is still in use.
        tokio::task::spawn_blocking(move || {
            let _held = (admitted, worker);
            work()
        })
        .await
        .map_err(|error| {
            tracing::error!(
                panicked = error.is_panic(),
                "a password hash was not finished"
            );
            CryptoError::Busy
        })
    }
}

impl fmt::Debug for PasswordHasher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PasswordHasher")
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

fn not_computed(error: &dyn fmt::Display) -> CryptoError {
    tracing::error!(%error, "a password hash was not computed");
    CryptoError::Busy
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Some tens of milliseconds: long enough to be in the way of others.
    const SLOW: PasswordPolicyParams = PasswordPolicyParams {
        memory_kib: 32 * 1024,
        iterations: 4,
        parallelism: 1,
    };

    fn cheap() -> PasswordHasher {
        PasswordHasher::new(PasswordPolicyParams::cheap_for_tests(), 2, 8).unwrap()
    }

    fn password(text: &str) -> SecretText {
        SecretText::new(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let hasher = cheap();
        let phc = hasher.hash(password("hunter2")).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        let yes = hasher.verify(password("hunter2"), &phc).await.unwrap();
        assert!(yes.matches && !yes.needs_rehash);
        for wrong in ["hunter3", "", "hunter2 ", "HUNTER2"] {
            let no = hasher.verify(password(wrong), &phc).await.unwrap();
            assert_eq!(no, Verdict::NO);
        }
        assert_ne!(phc, hasher.hash(password("hunter2")).await.unwrap());
    }

    #[tokio::test]
    async fn auth_04_every_check_computes_exactly_one_hash() {
        let hasher = cheap();
        let phc = hasher.hash(password("hunter2")).await.unwrap();
        assert_eq!(hasher.hashes_computed(), 1);
        hasher.verify(password("hunter2"), &phc).await.unwrap();
        assert_eq!(hasher.hashes_computed(), 2);
        hasher.verify(password("wrong"), &phc).await.unwrap();
        assert_eq!(hasher.hashes_computed(), 3);
        hasher.verify(password("wrong"), "garbage").await.unwrap();
        assert_eq!(hasher.hashes_computed(), 4);
        let no = hasher.verify_nothing(password("hunter2")).await.unwrap();
        assert_eq!((no, hasher.hashes_computed()), (Verdict::NO, 5));
    }

    #[tokio::test]
    async fn cry_07_a_weak_row_matches_and_asks_for_a_new_hash() {
        let strong = PasswordPolicyParams {
            memory_kib: 64,
            iterations: 2,
            parallelism: 1,
        };
        let phc = cheap().hash(password("hunter2")).await.unwrap();
        let hasher = PasswordHasher::new(strong, 1, 1).unwrap();
        let yes = hasher.verify(password("hunter2"), &phc).await.unwrap();
        assert!(yes.matches && yes.needs_rehash);
        let no = hasher.verify(password("wrong"), &phc).await.unwrap();
        assert_eq!(no, Verdict::NO);
    }

    #[tokio::test]
    async fn cry_07_a_malformed_or_costly_row_matches_nothing_and_crashes_nothing() {
        let hasher = cheap();
        let good = hasher.hash(password("hunter2")).await.unwrap();
        let rest = good.strip_prefix("$argon2id$v=19$m=8,t=1,p=1").unwrap();
        let rows = [
            String::new(),
            "$".repeat(100),
            "\0\u{1f980}".to_owned(),
            "x".repeat(1 << 20),
            "$2b$12$abcdefghijklmnopqrstuv".to_owned(),
            good.replace("argon2id", "argon2i"),
            good.replace("v=19", "v=16"),
            good[..good.len() - 50].to_owned(),
            format!("$argon2id$v=19$m=4194304,t=1,p=1{rest}"),
            format!("$argon2id$v=19$m=262145,t=1,p=1{rest}"),
            format!("$argon2id$v=19$m=8,t=17,p=1{rest}"),
            format!("$argon2id$v=19$m=8,t=4294967295,p=1{rest}"),
            format!("$argon2id$v=19$m=136,t=1,p=17{rest}"),
            format!("$argon2id$v=19$m=1,t=1,p=1{rest}"),
            format!("$argon2id$v=19$m=99999999999,t=1,p=1{rest}"),
            format!("$argon2id$v=19$m=8,t=0,p=0{rest}"),
        ];
        for (row, computed) in rows.iter().zip(2..) {
            let no = hasher.verify(password("hunter2"), row).await.unwrap();
            assert_eq!(no, Verdict::NO, "{row:.80}");
            assert_eq!(hasher.hashes_computed(), computed);
        }
    }

    #[tokio::test]
    async fn no_more_buffers_are_allocated_than_there_are_workers() {
        let hasher = Arc::new(cheap());
        assert_eq!(hasher.pool.allocated(), 0);
        let phc = hasher.hash(password("hunter2")).await.unwrap();
        for _ in 0..50 {
            hasher.verify(password("hunter2"), &phc).await.unwrap();
            hasher.verify(password("wrong"), "garbage").await.unwrap();
            hasher.hash(password("hunter2")).await.unwrap();
        }
        assert_eq!(
            (hasher.hashes_computed(), hasher.pool.allocated()),
            (151, 1)
        );
        for _ in 0..50 {
            let at_once: Vec<_> = (0..10)
                .map(|_| {
                    let hasher = Arc::clone(&hasher);
                    tokio::spawn(async move { hasher.verify_nothing(password("x")).await })
                })
                .collect();
            for one in at_once {
                one.await.unwrap().unwrap();
            }
        }
        assert_eq!(hasher.hashes_computed(), 651);
        assert!(hasher.pool.allocated() <= 2);
    }

    #[tokio::test]
    async fn the_queue_is_bounded_and_empties_again() {
        let hasher = Arc::new(PasswordHasher::new(SLOW, 1, 2).unwrap());
        let all: Vec<_> = (0..8)
            .map(|_| {
                let hasher = Arc::clone(&hasher);
                tokio::spawn(async move { hasher.hash(password("hunter2")).await })
            })
            .collect();
        let mut busy = 0;
        for one in all {
            match one.await.unwrap() {
                Ok(_) => {}
                Err(error) => {
                    assert_eq!(error, CryptoError::Busy);
                    busy += 1;
                }
            }
        }
        assert_eq!((busy, hasher.hashes_computed()), (5, 3));
        assert!(hasher.hash(password("hunter2")).await.is_ok());
    }

    #[tokio::test]
    async fn a_caller_that_hangs_up_frees_its_place_only_with_its_work() {
        let hasher = PasswordHasher::new(SLOW, 1, 0).unwrap();
        let mut first = Box::pin(hasher.verify_nothing(password("x")));
        tokio::select! {
            biased;
            _ = &mut first => panic!("a slow hash was done at once"),
            () = std::future::ready(()) => {}
        }
        drop(first);
        let error = hasher.hash(password("x")).await.unwrap_err();
        assert_eq!(error, CryptoError::Busy);
        drop(hasher.admitted.acquire().await.unwrap());
        assert!(hasher.hash(password("x")).await.is_ok());
    }

    #[test]
    fn costs_and_sizes_out_of_range_are_refused() {
        let owasp = PasswordPolicyParams::default();
        assert_eq!(
            (owasp.memory_kib, owasp.iterations, owasp.parallelism),
            (19_456, 2, 1)
        );
        for params in [
            PasswordPolicyParams {
                memory_kib: 7,
                ..owasp
            },
            PasswordPolicyParams {
                memory_kib: 262_145,
                ..owasp
            },
            PasswordPolicyParams {
                iterations: 0,
                ..owasp
            },
            PasswordPolicyParams {
                iterations: 17,
                ..owasp
            },
            PasswordPolicyParams {
                parallelism: 0,
                ..owasp
            },
            PasswordPolicyParams {
                parallelism: 17,
                ..owasp
            },
        ] {
            let error = PasswordHasher::new(params, 1, 1).unwrap_err();
            assert!(matches!(error, CryptoError::Parameters(_)), "{params:?}");
        }
        assert!(PasswordHasher::new(owasp, 0, 1).is_err());
        assert!(PasswordHasher::new(owasp, 1, usize::MAX).is_err());
    }
}
