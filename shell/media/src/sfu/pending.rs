//! Connections with something to send, and when they are driven.

use std::time::{Duration, Instant};

use super::peers::PeerKey;

/// How long the beginning of a picture waits for the rest of it. Each turn of a connection has its
/// price, whatever it sends, and nobody can show a part of a picture. Longer is seen as delay where
/// a publisher sends slowly; shorter makes more turns of a picture.
pub(super) const REST: Duration = Duration::from_millis(1);

/// When a connection with something to send is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Sends {
    /// There is nothing.
    #[default]
    Nothing,
    /// With the rest of a picture, or soon.
    Soon,
    /// At the end of the turn.
    Now,
}

/// Connections with something to send.
#[derive(Debug, Default)]
pub(super) struct Pending {
    now: Vec<PeerKey>,
    /// Some may have been driven since.
    soon: Vec<PeerKey>,
    /// When the first of `soon` waits no longer.
    until: Option<Instant>,
}

impl Pending {
    /// This connection is driven at the end of the turn.
    pub(super) fn now(&mut self, key: PeerKey, sends: &mut Sends) {
        if std::mem::replace(sends, Sends::Now) != Sends::Now {
            self.now.push(key);
        }
    }

    /// This connection was given a part of a picture, and more will come.
    pub(super) fn soon(&mut self, now: Instant, key: PeerKey, sends: &mut Sends) {
        if *sends == Sends::Nothing {
            *sends = Sends::Soon;
            self.soon.push(key);
            self.until.get_or_insert(now + REST);
        }
    }

    /// When [`Pending::take`] has to be asked again.
    pub(super) const fn until(&self) -> Option<Instant> {
        self.until
    }

    /// One that is to be driven now. Of those that waited some may have nothing any more.
    pub(super) fn take(&mut self, now: Instant) -> Option<PeerKey> {
        if self.until.is_some_and(|until| until <= now) {
            self.until = None;
            self.now.append(&mut self.soon);
        }
        self.now.pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn all(pending: &mut Pending, now: Instant) -> Vec<PeerKey> {
        std::iter::from_fn(|| pending.take(now)).collect()
    }

    #[test]
    fn a_part_of_a_picture_waits_for_the_rest_of_it_and_no_longer_than_a_millisecond() {
        let start = Instant::now();
        let (one, two) = (PeerKey::test(1), PeerKey::test(2));
        let (mut of_one, mut of_two) = (Sends::Nothing, Sends::Nothing);
        let mut pending = Pending::default();
        pending.soon(start, one, &mut of_one);
        pending.soon(start + MS / 2, two, &mut of_two);
        assert_eq!(all(&mut pending, start + MS / 2), []);
        pending.now(one, &mut of_one);
        pending.now(one, &mut of_one);
        assert_eq!(all(&mut pending, start + MS / 2), [one], "the rest came");
        assert_eq!(pending.until(), Some(start + MS));
        assert!(all(&mut pending, start + MS).contains(&two), "the rest did not come");
        assert_eq!(pending.until(), None);
    }

    #[test]
    fn what_is_sent_at_the_end_of_the_turn_waits_for_nothing() {
        let start = Instant::now();
        let (mut pending, mut sends) = (Pending::default(), Sends::Nothing);
        let key = PeerKey::test(3);
        pending.now(key, &mut sends);
        pending.soon(start, key, &mut sends);
        assert_eq!((sends, pending.until()), (Sends::Now, None));
        assert_eq!(all(&mut pending, start), [key]);
    }
}
