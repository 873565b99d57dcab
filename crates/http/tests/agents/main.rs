//! Agents: what the contract says of them, and what attackers try.

#[cfg(test)]
mod bindings;
#[cfg(test)]
mod changing;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod registering;
#[cfg(test)]
mod revoking;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod tokens;
