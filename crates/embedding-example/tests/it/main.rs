//! The example runs, and carries no web server.

#[cfg(test)]
mod example;
