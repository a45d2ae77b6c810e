//! The floor program and its clients: everything reaches everybody, once and unchanged.

use std::path::Path;
use std::time::{Duration, Instant};

use load::sfu::{Counters, Fleet, Picture, Plan};
use load::{Command, Program};

const PICTURE: Picture = Picture { rid: None, size: (640, 360), rate: 120, payload: 1_000 };

#[test]
fn every_packet_of_every_publisher_reaches_every_receiver() {
    let floor = Command::on_core(0, Path::new(env!("CARGO_BIN_EXE_floor_sfu")));
    let program = Program::start(floor).unwrap();
    let plan = |publisher| Plan { publisher, pictures: vec![PICTURE], frames: 30, sound: true };
    let plans = [plan(0), plan(1)];
    let mut fleet = Fleet::open(program.address, Instant::now(), &plans, 5).unwrap();
    let mut readings = 0;
    let (warm, time) = (Duration::from_millis(200), Duration::from_secs(1));
    let window = fleet.run(warm, time, || {
        readings += 1;
        Ok(())
    });
    assert_eq!(readings, 2);
    let window = window.unwrap().heard;
    let Counters { sent, heard, .. } = fleet.counters();
    assert!(sent.pictures > 200 && sent.sound > 90, "{sent:?}");
    assert_eq!(heard.packets, 5 * (sent.pictures + sent.sound));
    assert_eq!(heard.sound, 5 * sent.sound);
    assert_eq!(heard.expected, heard.packets);
    assert!(window.packets > 0 && window.packets < heard.packets, "{window:?}");
    assert!(heard.delays.count() > 0, "some packets are opened and looked into");
}
