//! Replays the committed corpus and seeded changes of it.

#![expect(clippy::unwrap_used, reason = "in a test a failed unwrap is a failed test")]

use std::path::Path;

/// Changes of the corpus that each target is given.
const CHANGES: usize = 20_000;

#[test]
fn stun_parse_takes_its_corpus_and_changes_of_it() {
    replay("stun_parse", fuzz::stun_parse, CHANGES);
}

#[test]
fn turn_stream_takes_its_corpus_and_changes_of_it() {
    replay("turn_stream", fuzz::turn_stream, CHANGES);
}

#[test]
fn turn_server_takes_its_corpus_and_changes_of_it() {
    replay("turn_server", fuzz::turn_server, CHANGES);
}

#[test]
fn sdp_gate_takes_its_corpus_and_changes_of_it() {
    // Each makes a connection of the WebRTC library.
    replay("sdp_gate", fuzz::sdp_gate, CHANGES / 10);
}

#[test]
fn descriptions_of_the_corpus_come_through_the_gate() {
    use sfu::gate::{Expected, check};
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/sdp_gate");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    for name in ["four", "small", "firefox", "stopped"] {
        assert_eq!(check(&read(name), Expected::Offer).err(), None, "{name}");
    }
    assert_eq!(check(&read("answer"), Expected::Answer).err(), None);
    assert!(check(&read("panic"), Expected::Offer).is_err(), "what the library panics on");
}

#[test]
fn sfu_demux_takes_its_corpus_and_changes_of_it() {
    replay("sfu_demux", fuzz::sfu_demux, CHANGES);
}

#[test]
fn the_corpus_stays_small() {
    let targets = ["stun_parse", "turn_stream", "turn_server", "sdp_gate", "sfu_demux"];
    let all: Vec<_> = targets.map(corpus).concat();
    assert!(all.len() <= 200, "{} files", all.len());
    let total: usize = all.iter().map(Vec::len).sum();
    assert!(total <= 400_000, "{total} bytes");
}

fn replay(target: &str, run: fn(&[u8]), changes: usize) {
    let corpus = corpus(target);
    assert!(!corpus.is_empty(), "no corpus of {target}");
    for input in &corpus {
        run(input);
    }
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for change in 0..changes {
        let input = changed(&corpus, &mut random);
        let outcome = std::panic::catch_unwind(|| run(&input));
        assert!(outcome.is_ok(), "change {change} of {target}: {input:?}");
    }
}

/// All inputs of a target, in a stable order.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// One to four changes: a byte set, a piece cut out, doubled, or taken from another input.
fn changed(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(4) {
        let at = random.below(input.len() + 1);
        let until = (at + random.below(9)).min(input.len());
        match random.below(5) {
            0 | 1 if at < input.len() => input[at] = random.byte(),
            2 => drop(input.drain(at..until)),
            3 => {
                let piece = input[at..until].to_vec();
                input.splice(at..at, piece);
            }
            _ => {
                let other = &corpus[random.below(corpus.len())];
                let from = random.below(other.len() + 1);
                let piece = other[from..(from + random.below(33)).min(other.len())].to_vec();
                input.splice(at..at, piece);
            }
        }
    }
    input
}

/// xorshift64*: the same changes on each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap() % limit.max(1)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[7]
    }
}
