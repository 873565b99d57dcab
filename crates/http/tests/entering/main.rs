//! Devices and issuers: the other ways in. Row ids are those of the abuse cases; the numbers are the
//! defaults of the settings.

#[cfg(test)]
mod device_guesses;
#[cfg(test)]
mod device_polls;
#[cfg(test)]
mod devices;
#[cfg(test)]
mod google;
#[cfg(test)]
mod google_accounts;
#[cfg(test)]
mod google_keys;
#[cfg(test)]
mod google_tokens;
#[cfg(test)]
mod steps;
