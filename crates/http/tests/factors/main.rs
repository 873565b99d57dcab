//! Second factors, fresh proofs, and what they protect. Row ids are those of the abuse cases; the
//! numbers are the defaults of the settings.

#[cfg(test)]
mod codes;
#[cfg(test)]
mod deleting;
#[cfg(test)]
mod exporting;
#[cfg(test)]
mod guesses;
#[cfg(test)]
mod proving_again;
#[cfg(test)]
mod roads;
#[cfg(test)]
mod setting_up;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod turning_off;
