//! One binary, so that all of these link once.

// `cfg(test)` always holds here; it tells clippy that functions beside the tests are of the tests, too.
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod compatibility;
#[cfg(test)]
mod found_tests;
#[cfg(test)]
mod layering;
#[cfg(test)]
mod outbound;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod tidy;
