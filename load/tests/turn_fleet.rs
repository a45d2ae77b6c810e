//! The load of `bench turn` against the floor program and, on request, against coturn.

use std::path::PathBuf;
use std::time::Duration;

use load::turn::{Ask, Kind, Lines, Load, Programs, Room};
use tempfile::TempDir;

const LOAD: Load = Load {
    rate: 4_000,
    payload: 200,
    frame: 1,
    time: Duration::from_millis(500),
    slice: Duration::from_micros(500),
};

fn programs() -> (Programs, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let programs = Programs {
        server: PathBuf::from("no server in these tests"),
        floor: PathBuf::from(env!("CARGO_BIN_EXE_floor_turn")),
        coturn: PathBuf::from("turnserver"),
        folder: folder.path().to_owned(),
    };
    (programs, folder)
}

fn everything_arrives(kind: Kind, clients: usize) {
    let (programs, _folder) = programs();
    let server = programs.start(kind, "one", Room::Raised).expect("it starts");
    let mut fleet = server.fleet(clients).expect("allocations");
    for frame in [1, 8] {
        let relayed = fleet.run(Load { frame, ..LOAD }).expect("a window");
        assert_eq!((relayed.sent, relayed.arrived, relayed.disordered), (2_000, 2_000, 0));
        assert!(relayed.loss().abs() < 1e-9);
    }
}

#[test]
fn every_packet_reaches_the_other_end_through_the_floor_program() {
    everything_arrives(Kind::Floor, 1);
    everything_arrives(Kind::Floor, 40);
}

#[test]
fn a_window_tells_what_was_lost() {
    let (programs, _folder) = programs();
    let server = programs.start(Kind::Floor, "one", Room::Raised).unwrap();
    let mut fleet = server.fleet(4).unwrap();
    drop(server);
    let gone = fleet.run(LOAD);
    // Clients learn from the kernel that nobody listens; peers do not.
    assert!(gone.is_err() || gone.unwrap().loss() > 0.9);
}

#[test]
#[ignore = "needs Debian's coturn"]
fn every_packet_reaches_the_other_end_through_coturn() {
    everything_arrives(Kind::Coturn, 1);
    everything_arrives(Kind::Coturn, 40);
}

#[test]
#[ignore = "needs Debian's coturn"]
fn coturn_carries_out_allocation_cycles() {
    const CYCLE: [Ask; 5] =
        [Ask::Challenge, Ask::Allocate, Ask::TwoPermissions, Ask::Channel, Ask::Refresh(0)];
    let (programs, _folder) = programs();
    let server = programs.start(Kind::Coturn, "one", Room::Default).unwrap();
    let mut lines = Lines::new(server.turn, server.credentials()).unwrap();
    lines.open(100, &["127.0.1.1:50000".parse().unwrap()]).unwrap();
    assert_eq!(lines.carry_out(&CYCLE, 0..100, 8).unwrap(), 100);
}
