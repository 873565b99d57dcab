//! Vaults and secrets: what the contract says of them, and what attackers try.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod budget;
#[cfg(test)]
mod cmek;
#[cfg(test)]
mod cmek_meanwhile;
#[cfg(test)]
mod cmek_rotating;
#[cfg(test)]
mod cmek_scene;
#[cfg(test)]
mod cmek_unfinished;
#[cfg(test)]
mod conditional;
#[cfg(test)]
mod counted;
#[cfg(test)]
mod generator;
#[cfg(test)]
mod gone;
#[cfg(test)]
mod integrity;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod listing;
#[cfg(test)]
mod place;
#[cfg(test)]
mod putting;
#[cfg(test)]
mod races;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod rotating;
#[cfg(test)]
mod silence;
#[cfg(test)]
mod superset;
#[cfg(test)]
mod vaults;
