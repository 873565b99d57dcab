//! What is shared, with whom, and how often it is read. Row ids are those of the abuse cases; the
//! numbers are the defaults of the settings.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod answering;
#[cfg(test)]
mod counting;
#[cfg(test)]
mod ending;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod links;
#[cfg(test)]
mod making;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod page;
#[cfg(test)]
mod passphrases;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod silence;
#[cfg(test)]
mod steps;
