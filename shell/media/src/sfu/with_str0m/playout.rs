//! How long pictures wait at a receiver before they are shown.
//!
//! A packet that is sent again comes a round trip late, or a picture late when it was the last of
//! one. A browser that shows each picture as soon as it may leaves such pictures out: with a tenth
//! of the packets lost every sixth of them.

use std::time::{Duration, Instant};

use ::sfu::Measured;
use str0m::media::MediaTime;
use str0m::rtp::ExtensionValues;

/// Of a thousand packets; where so many are lost, pictures wait. Lower delays whom a second without
/// loss would not.
const LOSSY: u16 = 30;
/// So long without such loss, then pictures are shown at once again. Shorter makes them jump back
/// and forth.
const LOSSY_FOR: Duration = Duration::from_secs(10);
/// Beside a round trip: until the next picture shows that the last packet of this one is missing,
/// and once more for what was lost again. Longer is seen as a delay, shorter leaves pictures out.
const WAIT: Duration = Duration::from_millis(100);
/// With a round trip so long nothing helps.
const LONGEST_WAIT: Duration = Duration::from_millis(400);
/// What a receiver may add to it.
const MOST: Duration = Duration::from_secs(10);

/// How long the pictures of a subscriber wait.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Playout {
    /// `None` until it was ever needed: the receiver decides.
    wait: Option<Duration>,
    lossy_at: Option<Instant>,
}

impl Playout {
    /// Takes what was measured on the way to them.
    pub(super) fn take(&mut self, now: Instant, measured: Measured) {
        if measured.lost_per_mille >= LOSSY {
            self.lossy_at = Some(now);
            let waits = self.wait.is_some_and(|wait| wait > Duration::ZERO);
            // A round trip wavers, and each change is seen.
            if !waits {
                self.wait = Some((measured.round_trip + WAIT).min(LONGEST_WAIT));
            }
        } else if self.lossy_at.is_some_and(|at| now.saturating_duration_since(at) >= LOSSY_FOR) {
            self.lossy_at = None;
            self.wait = Some(Duration::ZERO);
        }
    }

    /// At least and at most, in hundredths of a second, as the header extension playout-delay has
    /// it.
    pub(super) fn wish(self) -> Option<(u16, u16)> {
        self.wait.map(|wait| (hundredths(wait), hundredths(MOST)))
    }

    /// Says it in a packet of a picture.
    pub(super) fn tell(self, values: &mut ExtensionValues) {
        if let Some((min, max)) = self.wish() {
            values.play_delay_min = Some(MediaTime::from_hundredths(min.into()));
            values.play_delay_max = Some(MediaTime::from_hundredths(max.into()));
        }
    }
}

fn hundredths(time: Duration) -> u16 {
    u16::try_from(time.as_millis() / 10).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_wait_while_packets_are_lost_and_ten_seconds_longer() {
        let mut now = Instant::now();
        let mut playout = Playout::default();
        let mut said = |lost_per_mille, millis, seconds| {
            now += Duration::from_secs(seconds);
            playout
                .take(now, Measured { round_trip: Duration::from_millis(millis), lost_per_mille });
            let mut values = ExtensionValues::default();
            playout.tell(&mut values);
            values.play_delay_min.map(|min| min.numer())
        };
        assert_eq!([said(0, 40, 1), said(29, 40, 1)], [None, None]);
        assert_eq!([said(30, 40, 1), said(100, 90, 1)], [Some(14), Some(14)]);
        assert_eq!([said(0, 40, 9), said(30, 40, 1), said(0, 40, 9)], [Some(14); 3]);
        assert_eq!([said(0, 40, 1), said(0, 40, 60)], [Some(0), Some(0)]);
        assert_eq!(said(100, 900, 1), Some(40));
    }
}
