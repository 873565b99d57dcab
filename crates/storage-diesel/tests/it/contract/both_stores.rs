//! Running a behaviour on both stores.

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

pub(crate) use on_both_stores;
