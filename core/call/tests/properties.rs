//! Random lives of calls: after every step the invariants hold, the fold of the events
//! equals the snapshot, and the call and its plain model agree.
//!
//! `CALL_CASES=200000 cargo test -p call --test properties` plays more of them; a failing
//! life is shrunk and printed as the bytes that [`Story`] plays.

use std::collections::BTreeSet;

use call::Event;
use proptest::prelude::*;
use testkit::{Act, Opening, Story, random_bytes};

#[expect(clippy::disallowed_methods, reason = "a test may be asked for more cases")]
fn cases() -> u32 {
    std::env::var("CALL_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000)
}

fn live(opening: Opening, acts: &[Act]) {
    let mut story = Story::open(opening);
    for act in acts {
        story.play(*act);
    }
    story.fall_silent();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_life_of_a_call_keeps_the_invariants_and_follows_the_model(
        opening in any::<Opening>(),
        acts in proptest::collection::vec(any::<Act>(), 1..90),
    ) {
        live(opening, &acts);
    }
}

fn seeded(seed: u64) -> (Opening, Vec<Act>) {
    let mut bytes = random_bytes(seed);
    let mut next = || bytes.next().expect("the bytes never end");
    let opening = std::array::from_fn(|_| next());
    (opening, (0..60).map(|_| std::array::from_fn(|_| next())).collect())
}

#[test]
fn every_seeded_life_of_a_call_keeps_the_invariants_and_follows_the_model() {
    for seed in 0..u64::from(cases() / 4) {
        let (opening, acts) = seeded(seed);
        let lived = std::panic::catch_unwind(|| live(opening, &acts));
        assert!(lived.is_ok(), "seed {seed}");
    }
}

/// The words that stand for what happened in some lives.
fn reached(lives: u64) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for seed in 0..lives {
        let (opening, acts) = seeded(seed);
        let mut story = Story::open(opening);
        for act in acts {
            story.play(act);
            words.extend(story.refused.take().map(|refusal| name(&format!("{refusal:?}"))));
        }
        story.fall_silent();
        words.extend(story.watched.log.iter().map(|one| name(&format!("{:?}", one.event))));
        for one in &story.watched.log {
            if let Event::TopologyChanged { topology } = one.event {
                words.insert(format!("{topology:?}"));
            }
            if let Event::Left { reason, .. } = one.event {
                words.insert(format!("Left{reason:?}"));
            }
        }
        words.extend(story.watched.call.state().end_reason.map(|one| format!("{one:?}")));
    }
    words
}

fn name(debug: &str) -> String {
    debug.chars().take_while(char::is_ascii_alphanumeric).collect()
}

#[test]
fn the_lives_reach_every_event_every_refusal_and_every_end() {
    let words = reached(3_000);
    let events = "Initiated Ringing Accepted Joined Rejected Cancelled Missed MediaChanged \
        ParticipantUpdated Reconnecting Reconnected Left HostChanged HandChanged TopologyChanged \
        Ended";
    let ways = "Mesh Upgrading Sfu Downgrading LeftConnectionFailed";
    let refusals = "NotFound CallEnded NotActive AnsweredElsewhere AlreadyAnswered OwnCall Full \
        NotJoined Removed Forbidden SeatGone TargetNotInCall TargetGone NotThisDevice";
    let ends = "EndedByUser EndedByHost LastLeft Cancelled Timeout Rejected Busy ConnectionFailed \
        ConnectionLost MaxDuration AloneTimeout Replaced ServerRestart Capacity";
    for wanted in [events, ways, refusals, ends].iter().flat_map(|line| line.split_whitespace()) {
        assert!(words.contains(wanted), "no life came to {wanted}");
    }
}
