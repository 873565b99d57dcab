//! Proving an address, and changing how one proves who one is. Row ids are those of the abuse cases;
//! the numbers are the defaults of the settings.

#[cfg(test)]
mod changing;
#[cfg(test)]
mod ending;
#[cfg(test)]
mod forgetting;
#[cfg(test)]
mod guessing;
#[cfg(test)]
mod hijacked;
#[cfg(test)]
mod inviting;
#[cfg(test)]
mod issuers;
#[cfg(test)]
mod locked_out;
#[cfg(test)]
mod resetting;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod signing_up;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod taking_over;
#[cfg(test)]
mod verifying;
