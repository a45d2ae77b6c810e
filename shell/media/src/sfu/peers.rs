//! Connections, each behind a guard: one that fails closes alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use ::sfu::MediaPeer;
use vocab::{CallId, UserId};

use super::ahead::Ahead;
use super::pending::Sends;
use super::routes::Ways;
use super::transport::{Broken, Connection, Receiving, Sending};

/// The place of a connection in a shard. A place is used again, with another number of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct PeerKey {
    place: usize,
    used: u64,
}

/// One connection of a participant.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) call: CallId,
    pub(super) user: UserId,
    pub(super) leg: Leg,
    pub(super) ways: Ways,
    /// The socket it was heard on last.
    pub(super) socket: usize,
    /// When it was heard last.
    pub(super) heard: Instant,
    /// ICE and DTLS are done.
    pub(super) connected: bool,
    /// What was written for it before it was up.
    pub(super) ahead: Ahead,
    /// Nothing came for so long that it was reported.
    pub(super) silent: bool,
    /// It failed, and is not asked any more until it is closed.
    pub(super) broken: bool,
    pub(super) sends: Sends,
    /// When the library wants to be called.
    pub(super) due: Instant,
    /// The earliest moment that is set in the timers.
    pub(super) armed: Option<Instant>,
    #[cfg(test)]
    pub(super) fails: bool,
}

/// What a connection is for.
#[derive(Debug)]
pub(super) enum Leg {
    Publisher(Box<dyn Receiving>),
    Subscriber(Box<dyn Sending>),
}

impl Leg {
    pub(super) fn connection(&mut self) -> &mut dyn Connection {
        match self {
            Self::Publisher(connection) => connection.as_mut(),
            Self::Subscriber(connection) => connection.as_mut(),
        }
    }

    pub(super) const fn which(&self) -> MediaPeer {
        match self {
            Self::Publisher(_) => MediaPeer::Publisher,
            Self::Subscriber(_) => MediaPeer::Subscriber,
        }
    }
}

/// All connections of a shard.
#[derive(Debug, Default)]
pub(super) struct Peers {
    places: Vec<Place>,
    free: Vec<usize>,
    /// Faults of the library, each of which closed one connection.
    pub(super) panics: u64,
}

#[derive(Debug, Default)]
struct Place {
    used: u64,
    peer: Option<Peer>,
}

/// The library failed in this connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failed;

impl Peers {
    pub(super) fn insert(&mut self, peer: Peer) -> PeerKey {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place::default());
            self.places.len() - 1
        });
        let entry = &mut self.places[place];
        entry.used += 1;
        entry.peer = Some(peer);
        PeerKey { place, used: entry.used }
    }

    pub(super) fn get(&mut self, key: PeerKey) -> Option<&mut Peer> {
        let place = self.places.get_mut(key.place)?;
        place.peer.as_mut().filter(|_| place.used == key.used)
    }

    pub(super) fn remove(&mut self, key: PeerKey) -> Option<Peer> {
        let place = self.places.get_mut(key.place).filter(|place| place.used == key.used)?;
        let peer = place.peer.take()?;
        self.free.push(key.place);
        Some(peer)
    }

    pub(super) const fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Calls the library for one connection. A fault there, like an error, says that this
    /// connection must be closed; no other is touched by it.
    pub(super) fn guarded<T>(
        &mut self,
        key: PeerKey,
        call: impl FnOnce(&mut Peer) -> Result<T, Broken>,
    ) -> Option<Result<T, Failed>> {
        let peer = self.get(key).filter(|peer| !peer.broken)?;
        let (user, leg) = (peer.user, peer.leg.which());
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(test)]
            assert!(!peer.fails, "a test wants it");
            call(peer)
        }));
        peer.broken = !matches!(outcome, Ok(Ok(_)));
        Some(match outcome {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                tracing::debug!(%user, ?leg, %error, "a media connection is closed");
                Err(Failed)
            }
            Err(_) => {
                self.panics += 1;
                tracing::error!(%user, ?leg, "a media connection failed and is closed");
                Err(Failed)
            }
        })
    }
}

impl PeerKey {
    #[cfg(test)]
    pub(super) const fn test(place: usize) -> Self {
        Self { place, used: 1 }
    }
}
