//! Every route of the running app, called by everybody there can be: what each may do, what nobody
//! learns of others, and that nothing outlives its end.

#[cfg(test)]
mod cast;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod revocation;
#[cfg(test)]
mod tenancy;
#[cfg(test)]
mod urls;
