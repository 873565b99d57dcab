//! Properties of parsed values, against oracles that share no code with them.

// `cfg(test)` always holds here; it tells clippy that functions beside the tests are of the tests, too.
#[cfg(test)]
mod pattern;
