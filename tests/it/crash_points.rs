//! What the protocol promises for each point at which a process may be gone, on SQLite and on PostgreSQL: one test for each
//! row of the table in `docs/durability.md`.

mod hint;
mod late;
mod process;
mod stage;
mod unsure;

/// The same test on both stores.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                super::$name(&crate::crash_points::stage::Stage::on_sqlite());
            })+
        }

        mod postgres {
            $(#[test]
            fn $name() {
                if let Some(stage) = crate::crash_points::stage::Stage::on_postgres() {
                    super::$name(&stage);
                }
            })+
        }
    };
}
use on_both;
