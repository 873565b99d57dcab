//! An organization: its members, what their roles let them do, the addresses they come from, and
//! who makes the first one. Row ids are those of the abuse cases.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod agent_keys;
#[cfg(test)]
mod first;
#[cfg(test)]
mod in_flight;
#[cfg(test)]
mod ip_rules;
#[cfg(test)]
mod members;
#[cfg(test)]
mod owners;
#[cfg(test)]
mod removal;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod steps;
