//! What connections tell, and what rooms want done.

use std::time::{Duration, Instant};

use ::sfu::{MediaPeer, Output};
use vocab::{CallId, UserId};

use super::Hall;
use crate::sfu::fanout::Fanout;
use crate::sfu::hosted::Participant;
use crate::sfu::outlets::Outlets;
use crate::sfu::peers::{Failed, Leg, PeerKey};
use crate::sfu::timers::Due;
use crate::sfu::transport::{Happened, Received};

/// A room is asked again after this at the earliest, whatever it says.
const SOON: Duration = Duration::from_millis(1);

impl Hall {
    pub(super) fn participant(&mut self, call: CallId, user: UserId) -> Option<&mut Participant> {
        self.rooms.get_mut(&call)?.participants.get_mut(&user)
    }

    pub(super) fn happened(
        &mut self,
        now: Instant,
        key: PeerKey,
        event: Happened,
        outlets: &mut Outlets,
    ) {
        let Some(peer) = self.peers.get(key) else { return };
        let (call, user) = (peer.call, peer.user);
        self.asked = Some(call);
        match event {
            Happened::Packet(packet) => self.packet(now, call, user, &packet, outlets),
            Happened::Connected => {
                peer.connected = true;
                self.send_kept(now, (call, user, key), outlets);
                self.assess(call, user);
            }
            Happened::Closed => self.failed.push(key),
            Happened::KeyframeWanted(slot) => {
                if let Some(hosted) = self.rooms.get_mut(&call)
                    && let Some(participant) = hosted.participants.get(&user)
                {
                    hosted.room.handle_keyframe_request(now, participant.member, slot);
                }
            }
            Happened::Estimate(estimate) => {
                if let Some(hosted) = self.rooms.get_mut(&call)
                    && let Some(participant) = hosted.participants.get(&user)
                {
                    hosted.room.handle_estimate(now, participant.member, estimate);
                }
            }
            Happened::Measured(measured) => {
                if let Some(hosted) = self.rooms.get_mut(&call)
                    && let Some(participant) = hosted.participants.get(&user)
                {
                    hosted.room.handle_measured(now, participant.member, measured);
                }
            }
        }
        self.carry_out(now, call);
    }

    fn packet(
        &mut self,
        now: Instant,
        call: CallId,
        user: UserId,
        packet: &Received,
        outlets: &mut Outlets,
    ) {
        self.counters.received += 1;
        let Some(hosted) = self.rooms.get_mut(&call) else { return };
        let Some(participant) = hosted.participants.get(&user) else { return };
        let mut fanout = Fanout {
            now,
            packet,
            subscribers: &hosted.subscribers,
            peers: &mut self.peers,
            pending: &mut self.pending,
            outlets,
            failed: &mut self.failed,
            forwarded: &mut self.counters.forwarded,
        };
        let (source, layer) = (packet.source, packet.layer);
        let (member, parsed) = (participant.member, packet.packet());
        hosted.room.handle_packet(now, member, source, layer, &parsed, &mut fanout);
    }

    /// Does what a room wants done, and sets its next deadline.
    pub(super) fn carry_out(&mut self, now: Instant, call: CallId) {
        while let Some(hosted) = self.rooms.get_mut(&call) {
            let Some(output) = hosted.room.poll_output() else {
                if let Some(at) = hosted.room.poll_timeout() {
                    self.timers.arm(&mut hosted.armed, at.max(now + SOON), Due::Room(call));
                }
                return;
            };
            match output {
                Output::Report(report) => self.reports.tell(call, report),
                Output::RequestKeyframe { user, source, layer } => {
                    self.with(call, user, MediaPeer::Publisher, |leg| {
                        if let Leg::Publisher(connection) = leg {
                            connection.request_keyframe(source, layer);
                        }
                    });
                }
                Output::Grow { user, video } => self.grow(call, user, video),
                Output::Desired { user, bits_per_second } => {
                    self.with(call, user, MediaPeer::Subscriber, |leg| {
                        if let Leg::Subscriber(connection) = leg {
                            connection.set_desired(bits_per_second);
                        }
                    });
                }
            }
        }
    }

    /// Does something with a connection of a participant, if there is one.
    fn with(
        &mut self,
        call: CallId,
        user: UserId,
        which: MediaPeer,
        change: impl FnOnce(&mut Leg),
    ) {
        let participant = self.participant(call, user);
        let Some(key) = participant.and_then(|participant| participant.connection(which)) else {
            return;
        };
        let changed = self.peers.guarded(key, |peer| {
            change(&mut peer.leg);
            Ok(())
        });
        match changed {
            Some(Ok(())) => self.touch(key),
            Some(Err(Failed)) => self.failed.push(key),
            None => {}
        }
    }
}
