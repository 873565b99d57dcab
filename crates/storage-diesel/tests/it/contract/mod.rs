//! The behaviours, by noun. Each runs on both stores.

/// Runs each function on both stores, as `name::on_sqlite` and `name::on_postgres`.
macro_rules! on_both_stores {
    ($($name:ident)*) => {$(
        mod $name {
            #[test]
            fn on_sqlite() {
                $crate::world::run(super::$name($crate::home::Kind::Sqlite));
            }

            #[test]
            fn on_postgres() {
                $crate::world::run(super::$name($crate::home::Kind::Postgres));
            }
        }
    )*};
}

mod accounts;
mod api_keys;
mod attempts;
mod counting;
mod documents;
mod keys;
mod leases;
mod locks;
mod orgs;
mod paths;
mod secrets;
mod sessions;
mod standing;
mod units;
mod vaults;
