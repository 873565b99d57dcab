//! How people and agents come in: invitations, requests of agents, and the pages for both. Row ids are
//! those of the abuse cases; the numbers are the defaults of the settings.

#[cfg(test)]
mod accepting;
#[cfg(test)]
mod deciding;
#[cfg(test)]
mod enrolling;
#[cfg(test)]
mod inviting;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod steps;
