//! The storage contract on Postgres and on embedded SQLite, by diesel.
