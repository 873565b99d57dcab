//! The behaviours, by noun. Each runs on both stores.

mod accounts;
mod agents;
mod api_keys;
mod attempts;
mod audit;
mod both_stores;
mod counting;
mod documents;
mod enrollments;
mod grants;
mod invites;
mod ip_rules;
mod keys;
mod leases;
mod listing;
mod locks;
mod members;
mod orgs;
mod outbox;
mod paths;
mod policies;
mod secrets;
mod sessions;
mod standing;
mod units;
mod vaults;
