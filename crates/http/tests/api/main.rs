//! The API, as its users see it: the whole product, over real sockets, on both stores.

#[cfg(test)]
mod ends;
#[cfg(test)]
mod health;
#[cfg(test)]
mod story;
