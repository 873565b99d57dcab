//! The behaviours, by noun. Each runs on both stores.

mod accounts;
mod api_keys;
mod attempts;
mod both_stores;
mod counting;
mod documents;
mod keys;
mod leases;
mod locks;
mod orgs;
mod outbox;
mod paths;
mod secrets;
mod sessions;
mod standing;
mod units;
mod vaults;
