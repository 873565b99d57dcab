//! What is done by who runs the installation. Row ids are those of the abuse cases.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod credits;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod maintenance;
#[cfg(test)]
mod orgs;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod usage;
