//! Tests of the speakers.

use super::*;
use crate::{Codec, instant};

const ANN: Member = Member(0);
const BOB: Member = Member(1);
const CEM: Member = Member(2);
const DAN: Member = Member(3);

struct Scene {
    speakers: Speakers,
    now: Instant,
}

impl Scene {
    fn new() -> Self {
        let hold = Duration::from_millis(1_500);
        let mut speakers = Speakers::new(3, hold, Duration::from_millis(250));
        for member in [ANN, BOB, CEM, DAN] {
            speakers.open(member);
        }
        Self { speakers, now: instant() }
    }

    /// Everybody named speaks for so long, packet by packet; the reports in between.
    fn speak(&mut self, voices: &[(Member, i8)], millis: u64) -> Vec<Vec<Member>> {
        let mut reports = Vec::new();
        for _ in 0..millis / 20 {
            self.now += Duration::from_millis(20);
            for (member, dbov) in voices {
                self.packet(*member, *dbov);
            }
            reports.extend(self.speakers.poll_report(self.now).map(<[Member]>::to_vec));
        }
        reports
    }

    fn packet(&mut self, member: Member, dbov: i8) -> bool {
        let audio_level = Some(AudioLevel { dbov, voice: true });
        let packet = Packet {
            seq: 0,
            timestamp: 0,
            marker: false,
            codec: Codec::Opus,
            payload: &[],
            audio_level,
        };
        self.speakers.hear(self.now, member, &packet)
    }

    fn heard(&self) -> Vec<Member> {
        let mut heard = self.speakers.heard().to_vec();
        heard.sort();
        heard
    }
}

#[test]
fn the_first_to_come_are_heard_until_somebody_speaks() {
    assert_eq!(Scene::new().heard(), [ANN, BOB, CEM]);
}

#[test]
fn who_begins_to_speak_is_heard_from_the_first_packet_on() {
    let mut scene = Scene::new();
    scene.speak(&[(ANN, -30), (CEM, -30)], 200);
    assert!(scene.packet(DAN, -35));
    assert_eq!(scene.heard(), [ANN, CEM, DAN]);
}

#[test]
fn noise_below_the_floor_changes_nothing() {
    let mut scene = Scene::new();
    assert_eq!(scene.speak(&[(DAN, -60)], 2_000), Vec::<Vec<Member>>::new());
    assert_eq!(scene.heard(), [ANN, BOB, CEM]);
}

#[test]
fn among_four_who_speak_only_a_clearly_louder_one_gets_in() {
    let mut scene = Scene::new();
    let three = [(ANN, -30), (BOB, -30), (CEM, -40)];
    scene.speak(&three, 500);
    scene.speak(&[three[0], three[1], three[2], (DAN, -38)], 1_000);
    assert_eq!(scene.heard(), [ANN, BOB, CEM]);
    scene.speak(&[three[0], three[1], three[2], (DAN, -20)], 300);
    assert_eq!(scene.heard(), [ANN, BOB, DAN]);
}

#[test]
fn a_cough_is_not_reported_but_a_word_is() {
    let mut scene = Scene::new();
    assert!(scene.speak(&[(ANN, -30)], 80).is_empty());
    scene.speak(&[(ANN, -90)], 400);
    assert_eq!(scene.speak(&[(ANN, -30)], 120), [[ANN]]);
}

#[test]
fn a_speaker_stays_one_through_short_pauses_and_unsent_silence() {
    let mut scene = Scene::new();
    assert_eq!(scene.speak(&[(ANN, -30)], 500), [[ANN]]);
    assert!(scene.speak(&[], 1_400).is_empty());
    assert!(scene.speak(&[(ANN, -30)], 200).is_empty());
    assert_eq!(scene.speak(&[], 2_000), [Vec::new()]);
    assert_eq!(scene.speakers.poll_timeout(), None);
}

#[test]
fn the_loudest_is_first_and_small_differences_do_not_flap() {
    let mut scene = Scene::new();
    scene.speak(&[(ANN, -30), (BOB, -28)], 1_000);
    let before = scene.speakers.speaking().to_vec();
    for _ in 0..10 {
        assert!(scene.speak(&[(ANN, -28), (BOB, -30)], 300).is_empty());
        assert!(scene.speak(&[(ANN, -30), (BOB, -28)], 300).is_empty());
    }
    assert_eq!(scene.speakers.speaking(), before);
    let louder = before[1];
    scene.speak(&[(before[0], -40), (louder, -20)], 1_000);
    assert_eq!(scene.speakers.speaking(), [louder, before[0]]);
}

#[test]
fn reports_come_at_most_every_interval() {
    let mut scene = Scene::new();
    scene.speak(&[(ANN, -30)], 120);
    assert!(scene.speak(&[(ANN, -30), (BOB, -30)], 120).is_empty());
    assert_eq!(scene.speak(&[(ANN, -30), (BOB, -30)], 140), [[ANN, BOB]]);
}

#[test]
fn who_is_muted_is_out_at_once_and_the_place_is_filled() {
    let mut scene = Scene::new();
    scene.speak(&[(ANN, -30)], 500);
    assert!(scene.speakers.close(ANN));
    assert_eq!(scene.heard(), [BOB, CEM, DAN]);
    assert!(scene.speakers.speaking().is_empty());
    assert!(!scene.packet(ANN, -10));
    assert_eq!(scene.speak(&[], 500), [Vec::new()]);
}

#[test]
fn sound_without_a_level_is_told_from_silence_by_its_size() {
    let mut scene = Scene::new();
    let mut packet = Packet {
        seq: 0,
        timestamp: 0,
        marker: false,
        codec: Codec::Opus,
        payload: &[0; 100],
        audio_level: None,
    };
    assert!(scene.speakers.hear(scene.now, DAN, &packet));
    packet.payload = &[0; 3];
    assert!(!level(&packet).dbov.is_positive() && level(&packet).dbov == -127);
}
