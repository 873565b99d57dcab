//! What other crates and old data rely on, seen through the public interface alone.

#[cfg(test)]
mod id_tokens;
#[cfg(test)]
mod key_file;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod vectors;
