//! What the storage contract promises, held on both stores, and what each of the two adds.
//!
//! One binary: each behaviour is written once, against `dyn Store`, and runs on both.

// `cfg(test)` always holds here; it tells clippy that functions beside the tests are of the tests, too.
#[cfg(test)]
mod contract;
#[cfg(test)]
mod home;
#[cfg(test)]
mod judge;
#[cfg(test)]
mod keeper;
#[cfg(test)]
mod on_postgres;
#[cfg(test)]
mod on_sqlite;
#[cfg(test)]
mod timing;
#[cfg(test)]
mod world;
