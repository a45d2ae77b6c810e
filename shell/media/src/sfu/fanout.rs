//! A packet on its way from one connection to many.

use std::time::Instant;

use ::sfu::{Egress, Member, Packet, Rewritten, SlotIndex};

use super::outlets::Outlets;
use super::peers::{Failed, Leg, PeerKey, Peers};
use super::pending::Pending;
use super::transport::{Received, Written};

/// Where a room's packets go.
#[derive(Debug)]
pub(super) struct Fanout<'a> {
    pub(super) now: Instant,
    pub(super) packet: &'a Received,
    /// By the number of the member.
    pub(super) subscribers: &'a [Option<PeerKey>],
    pub(super) peers: &'a mut Peers,
    pub(super) pending: &'a mut Pending,
    pub(super) outlets: &'a mut Outlets,
    /// Connections that failed meanwhile.
    pub(super) failed: &'a mut Vec<PeerKey>,
    pub(super) forwarded: &'a mut u64,
}

impl Egress for Fanout<'_> {
    fn send(&mut self, to: Member, slot: SlotIndex, rewritten: &Rewritten) {
        let key = usize::try_from(to.number()).ok().and_then(|number| self.subscribers.get(number));
        let Some(Some(key)) = key.copied() else { return };
        let (now, packet, pending) = (self.now, self.packet, &mut *self.pending);
        let outlets = &mut *self.outlets;
        let written = self.peers.guarded(key, |peer| {
            if let Leg::Subscriber(connection) = &mut peer.leg {
                if !peer.connected {
                    peer.ahead.keep(now, slot, packet, rewritten);
                    return Ok(());
                }
                outlets.socket = peer.socket;
                let before = outlets.waits();
                match connection.write(now, slot, packet, rewritten, outlets) {
                    Written::Out if packet.is_whole() => {}
                    Written::Out => outlets.wait_for_rest(now, before),
                    Written::Queued if packet.is_whole() => pending.now(key, &mut peer.sends),
                    Written::Queued => pending.soon(now, key, &mut peer.sends),
                }
            }
            Ok(())
        });
        match written {
            Some(Ok(())) => *self.forwarded += 1,
            Some(Err(Failed)) => self.failed.push(key),
            None => {}
        }
    }
}

impl Received {
    /// With it there is something to play or to show.
    fn is_whole(&self) -> bool {
        self.marker || self.source.is_audio()
    }

    /// As the room sees it.
    pub(super) fn packet(&self) -> Packet<'_> {
        Packet {
            seq: self.seq,
            timestamp: self.timestamp,
            marker: self.marker,
            codec: self.codec,
            payload: &self.payload,
            audio_level: self.audio_level,
        }
    }
}
