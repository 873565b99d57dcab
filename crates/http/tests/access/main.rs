//! Policies: who may do what at which paths, why, and what a change of them would do.

#[cfg(test)]
mod agent_vaults;
#[cfg(test)]
mod budget;
#[cfg(test)]
mod conditions;
#[cfg(test)]
mod decisions;
#[cfg(test)]
mod documented;
#[cfg(test)]
mod dry_run;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod patterns;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod revocation;
#[cfg(test)]
mod scene;
