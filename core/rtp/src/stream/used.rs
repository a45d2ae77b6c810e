//! Sequence numbers that were used: a seal whose number comes a second time tells the key.

/// Words of 64 numbers.
const WORDS: usize = 16;

/// Numbers behind the newest that are told apart. What comes later was repaired too late anyway.
const WINDOW: u64 = 64 * WORDS as u64;

/// The newest numbers.
#[derive(Debug, Default)]
pub(super) struct Used {
    newest: u64,
    /// One bit each, at its place in the window.
    bits: [u64; WORDS],
}

impl Used {
    /// The highest number so far.
    pub(super) const fn newest(&self) -> u64 {
        self.newest
    }

    /// Whether a number was not used yet, as far as is known; it is from now on.
    pub(super) fn is_new(&mut self, seq: u64) -> bool {
        if seq > self.newest {
            for between in self.newest.max(seq.saturating_sub(WINDOW)) + 1..seq {
                let (word, bit) = place(between);
                self.bits[word] &= !bit;
            }
            self.newest = seq;
            let (word, bit) = place(seq);
            self.bits[word] |= bit;
            return true;
        }
        let (word, bit) = place(seq);
        let is_new = self.newest - seq < WINDOW && self.bits[word] & bit == 0;
        self.bits[word] |= if is_new { bit } else { 0 };
        is_new
    }
}

fn place(seq: u64) -> (usize, u64) {
    let within = seq % WINDOW;
    (usize::try_from(within / 64).unwrap_or(0), 1 << (within % 64))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_new_once_and_not_when_it_is_far_behind() {
        let mut used = Used::default();
        assert_eq!(
            [1, 2, 2, 5, 4, 4, 1].map(|seq| used.is_new(seq)),
            [true, true, false, true, true, false, false]
        );
        assert!(used.is_new(5_000));
        assert_eq!([3_976, 3_977, 3_977].map(|seq| used.is_new(seq)), [false, true, false]);
    }

    proptest! {
        #[test]
        fn no_number_is_ever_new_twice(steps in prop::collection::vec(0_u64..3_000, 1..300)) {
            let (mut used, mut known) = (Used::default(), HashSet::new());
            let mut base = 0;
            for step in steps {
                let seq = base + step;
                base += step / 8;
                prop_assert!(!used.is_new(seq) || known.insert(seq));
            }
        }
    }
}
