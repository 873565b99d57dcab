//! Mail: what people are told, and that it reaches them and nobody else. Row ids are those of the
//! abuse cases.

#[cfg(test)]
mod cap;
#[cfg(test)]
mod events;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod injection;
#[cfg(test)]
mod once;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod setups;
