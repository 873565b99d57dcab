//! What the server does by itself, and what it keeps of what anybody can cause: housekeeping, folded
//! refusals, a clock that is wrong, a journal that is away.

#[cfg(test)]
mod clock;
#[cfg(test)]
mod folded;
#[cfg(test)]
mod housekeeping;
#[cfg(test)]
mod no_journal;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod spent;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod typed;
