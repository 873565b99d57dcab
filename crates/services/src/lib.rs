//! Use cases: authorize, act, audit, commit.
