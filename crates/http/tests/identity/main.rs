//! Who somebody is: accounts, logins, sessions, access tokens, API keys. Row ids are those of the
//! abuse cases; the numbers are the defaults of the settings.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod api_keys;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod forged;
#[cfg(test)]
mod key_limits;
#[cfg(test)]
mod lockout;
#[cfg(test)]
mod logins;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod published_keys;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod signing_keys;
#[cfg(test)]
mod steps;
