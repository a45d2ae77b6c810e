//! Tests of the forwarder.

use std::time::Duration;

use super::*;
use crate::payload::Vp8Numbers;
use crate::{Codec, instant};

fn video(seq: u64, timestamp: u32) -> Packet<'static> {
    Packet { seq, timestamp, marker: false, codec: Codec::Vp8, payload: &[], audio_level: None }
}

fn numbered(picture: u16, tl0: u8, temporal: u8) -> Glance {
    let picture_id = Some(PictureId { value: picture, mask: 0x7fff });
    let vp8 = Some(Vp8Numbers { picture_id, tl0_pic_idx: Some(tl0) });
    Glance { vp8, temporal, ..Glance::default() }
}

fn pictures(rewritten: Rewritten) -> (u16, u8) {
    let vp8 = rewritten.vp8.unwrap();
    (vp8.picture_id.unwrap(), vp8.tl0_pic_idx.unwrap())
}

#[test]
fn the_first_stream_counts_from_one_and_keeps_its_timestamps() {
    let mut forwarder = Forwarder::default();
    let now = instant();
    let first = forwarder.switch(now, &video(70_000, 9_000), &numbered(5, 9, 0));
    assert_eq!((first.seq, first.timestamp, pictures(first)), (1, 9_000, (5, 9)));
    assert!(first.nackable);
    let next = forwarder.forward(now, &video(70_001, 12_000), &numbered(6, 10, 0)).unwrap();
    assert_eq!((next.seq, next.timestamp, pictures(next)), (2, 12_000, (6, 10)));
}

#[test]
fn after_a_switch_all_numbers_go_on_and_time_passes_as_it_did() {
    let mut forwarder = Forwarder::default();
    let now = instant();
    forwarder.switch(now, &video(100, 9_000), &numbered(5, 9, 0));
    let later = now + Duration::from_millis(100);
    let switched = forwarder.switch(later, &video(7, u32::MAX), &numbered(900, 200, 0));
    assert_eq!((switched.seq, switched.timestamp, pictures(switched)), (2, 18_000, (6, 10)));
    let next = forwarder.forward(later, &video(8, 2_999), &numbered(901, 201, 0)).unwrap();
    assert_eq!((next.seq, next.timestamp, pictures(next)), (3, 21_000, (7, 11)));
}

#[test]
fn sound_begins_with_a_marker_after_a_switch_and_pictures_do_not() {
    let mut forwarder = Forwarder::default();
    let now = instant();
    let sound = Packet { codec: Codec::Opus, ..video(1, 0) };
    assert!(forwarder.switch(now, &sound, &Glance::default()).marker);
    let next = Packet { seq: 2, ..sound };
    assert!(!forwarder.forward(now, &next, &Glance::default()).unwrap().marker);
    assert!(!Forwarder::default().switch(now, &video(1, 0), &Glance::default()).marker);
}

#[test]
fn a_switch_at_the_same_moment_still_moves_the_timestamp() {
    let mut forwarder = Forwarder::default();
    let now = instant();
    forwarder.switch(now, &video(100, 9_000), &Glance::default());
    let switched = forwarder.switch(now, &video(1, 1), &Glance::default());
    assert_eq!(switched.timestamp, 9_001);
}

#[test]
fn gaps_stay_and_late_packets_fill_them() {
    let mut forwarder = Forwarder::default();
    let now = instant();
    forwarder.switch(now, &video(100, 0), &Glance::default());
    let glance = Glance::default();
    let ahead = forwarder.forward(now, &video(103, 90), &glance).unwrap();
    let late = forwarder.forward(now, &video(101, 30), &glance).unwrap();
    assert_eq!((ahead.seq, late.seq, late.timestamp), (4, 2, 30));
    assert_eq!(forwarder.forward(now, &video(99, 0), &glance), None);
    let switched = forwarder.switch(now + Duration::from_millis(1), &video(5, 0), &glance);
    assert_eq!((switched.seq, switched.timestamp), (5, 180));
}

#[test]
fn pictures_left_out_leave_no_gap_in_any_number() {
    let mut forwarder = Forwarder::default();
    let now = instant();
    forwarder.switch(now, &video(10, 0), &numbered(50, 3, 0));
    forwarder.leave_out(&video(11, 3_000), &numbered(51, 3, 1));
    forwarder.leave_out(&video(12, 3_000), &numbered(51, 3, 1));
    let next = forwarder.forward(now, &video(13, 6_000), &numbered(52, 4, 0)).unwrap();
    assert_eq!((next.seq, next.timestamp, pictures(next)), (2, 6_000, (51, 4)));
    assert_eq!(forwarder.forward(now, &video(12, 3_000), &numbered(51, 3, 1)), None);
}

#[test]
fn a_narrow_picture_number_stays_narrow() {
    let mut forwarder = Forwarder::default();
    let now = instant();
    forwarder.switch(now, &video(1, 0), &numbered(0x7ffe, 0, 0));
    let narrow =
        Vp8Numbers { picture_id: Some(PictureId { value: 3, mask: 0x7f }), tl0_pic_idx: None };
    let glance = Glance { vp8: Some(narrow), ..Glance::default() };
    let rewritten = forwarder.switch(now, &video(9, 0), &glance);
    assert_eq!(rewritten.vp8.unwrap(), Vp8Rewrite { picture_id: Some(0x7f), tl0_pic_idx: None });
}
