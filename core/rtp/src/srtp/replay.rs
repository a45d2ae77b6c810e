//! Packets that came before (RFC 3711 §3.3.2).

/// Packets behind the newest that are told apart.
const WINDOW: u32 = 64;

/// Sources of RTCP that are told apart; a browser has one for each of its streams.
const MOST: usize = 64;

/// What came, per source.
#[derive(Debug, Default)]
pub(super) struct Replays(Vec<Came>);

#[derive(Debug, Clone, Copy)]
struct Came {
    ssrc: u32,
    newest: u32,
    /// Bit n: the one n before the newest came.
    came: u64,
}

impl Replays {
    /// Whether a packet did not come before. It is known to be genuine.
    pub(super) fn is_new(&mut self, ssrc: u32, index: u32) -> bool {
        let Some(known) = self.0.iter_mut().find(|known| known.ssrc == ssrc) else {
            if self.0.len() == MOST {
                return false;
            }
            self.0.push(Came { ssrc, newest: index, came: 1 });
            return true;
        };
        if index > known.newest {
            let ahead = index - known.newest;
            known.came = if ahead < WINDOW { known.came << ahead | 1 } else { 1 };
            known.newest = index;
            return true;
        }
        let behind = known.newest - index;
        let bit = 1_u64.checked_shl(behind).unwrap_or(0);
        let is_new = behind < WINDOW && known.came & bit == 0;
        known.came |= bit;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_packet_is_new_once_and_never_when_it_is_old() {
        let mut replays = Replays::default();
        let mut new = |index| replays.is_new(7, index);
        assert_eq!([10, 10, 12, 11, 11, 12].map(&mut new), [true, false, true, true, false, false]);
        assert_eq!([100, 37, 36, 99, 40].map(&mut new), [true, true, false, true, true]);
        assert_eq!([100, 37, 99, 40].map(&mut new), [false; 4]);
        assert!(replays.is_new(8, 10), "another source counts for itself");
    }

    #[test]
    fn no_more_than_so_many_sources_are_told_apart() {
        let mut replays = Replays::default();
        assert!((0..64).all(|ssrc| replays.is_new(ssrc, 1)));
        assert_eq!(MOST, 64);
        assert!(!replays.is_new(64, 1));
    }
}
