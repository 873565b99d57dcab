//! What requests count and cost: each once, with its event; what an organization over its quota is
//! refused, and what never.

#[cfg(test)]
mod each;
#[cfg(test)]
mod failing;
#[cfg(test)]
mod ground;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod months;
#[cfg(test)]
mod spent;
