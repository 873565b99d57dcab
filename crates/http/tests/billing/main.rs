//! Plans, credits and payments. Row ids are those of the abuse cases.

#[cfg(test)]
mod buying;
#[cfg(test)]
mod credits;
#[cfg(test)]
mod given;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod reminders;
#[cfg(test)]
mod sales;
#[cfg(test)]
mod signatures;
#[cfg(test)]
mod steps;
