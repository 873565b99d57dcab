//! What the process gives up.

use crate::program::Place;
use crate::serving::Serving;

#[test]
fn cry_08_core_dumps_are_off_and_files_are_private() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let limits = server.process("limits");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        core.split_whitespace().collect::<Vec<_>>()[4..6],
        ["0", "0"]
    );
    assert!(server.process("status").contains("\nUmask:\t0077\n"));
}
