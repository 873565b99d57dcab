//! The judge against the contract's own words.

// `cfg(test)` always holds here; it tells clippy that functions beside the tests are of the tests, too.
#[cfg(test)]
mod decisions;
#[cfg(test)]
mod many_grants;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod rights;
