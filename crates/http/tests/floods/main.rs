//! Floods: each limit holds for all instances together, turns away before anything is looked at,
//! says honestly when it opens again, and keeps nobody else out.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod bad_credentials;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod ground;
#[cfg(test)]
mod hashes;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod order;
#[cfg(test)]
mod store_down;
