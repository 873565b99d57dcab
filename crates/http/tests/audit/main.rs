//! What was done: listed, verified, taken along, and found out where somebody changed it. Row ids are
//! those of the abuse cases.

#[cfg(test)]
mod canonical;
#[cfg(test)]
mod exporting;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod listing;
#[cfg(test)]
mod partial;
#[cfg(test)]
mod starting;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod writers;
