//! Bad input through the real endpoints, on both stores: what is malformed is refused with the field
//! and the reason, and nothing is kept of it (abuse cases IN and PATH).

#[cfg(test)]
mod admin_doors;
#[cfg(test)]
mod billing_doors;
#[cfg(test)]
mod cmek_doors;
#[cfg(test)]
mod contents;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod entering_doors;
#[cfg(test)]
mod framing;
#[cfg(test)]
mod ids;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod malformed;
#[cfg(test)]
mod many_paths;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod path_words;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod proof_doors;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod server_owned;
#[cfg(test)]
mod share_doors;
#[cfg(test)]
mod sizes;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod times;
