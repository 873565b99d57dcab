//! Runs the real binary.

// `cfg(test)` always holds here; it tells clippy that functions beside the tests are of the tests, too.
#[cfg(test)]
mod account;
#[cfg(test)]
mod admin;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod cmek_example;
#[cfg(test)]
mod cmek_killed;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod hardening;
#[cfg(test)]
mod help;
#[cfg(test)]
mod instances;
#[cfg(test)]
mod ip_rules;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod metered;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod packaging;
#[cfg(test)]
mod program;
#[cfg(test)]
mod python_client;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod start;
#[cfg(test)]
mod stop;
#[cfg(test)]
mod stripe;
#[cfg(test)]
mod unclaimed;
#[cfg(test)]
mod watching;
