//! One room with its participants and their connections.

use std::collections::HashMap;
use std::time::Instant;

use ::sfu::gate::SessionId;
use ::sfu::{MediaPeer, Member, Room, RoomSettings, SlotSpec};
use vocab::UserId;

use super::peers::PeerKey;
use super::transport::Plan;

/// The room of one call on its shard.
#[derive(Debug)]
pub(super) struct Hosted {
    pub(super) room: Room,
    pub(super) participants: HashMap<UserId, Participant>,
    /// Connections that packets go to, by the number of the member.
    pub(super) subscribers: Vec<Option<PeerKey>>,
    /// The earliest moment that is set in the timers.
    pub(super) armed: Option<Instant>,
}

/// Somebody who is admitted.
#[derive(Debug)]
pub(super) struct Participant {
    pub(super) seat: u32,
    pub(super) member: Member,
    /// Of the publisher's offers; another one is a page that began again.
    pub(super) session: Option<SessionId>,
    pub(super) publisher: Option<PeerKey>,
    pub(super) subscriber: Option<PeerKey>,
    /// Both connections are up, as last reported.
    pub(super) ready: bool,
    pub(super) offers: Offers,
}

/// The server's offers to one subscriber.
#[derive(Debug, Default)]
pub(super) struct Offers {
    /// The number of the last one.
    pub(super) number: u32,
    /// It has no answer yet.
    pub(super) open: Option<Plan>,
    /// Sections for pictures that were answered.
    pub(super) video: usize,
    /// Sections for pictures that the room wants.
    pub(super) wanted_video: usize,
    /// Slots that the room is to learn of.
    pub(super) waiting: Option<Vec<SlotSpec>>,
    /// Slots that it learnt of before the connection was up.
    pub(super) early: Option<Vec<SlotSpec>>,
}

impl Hosted {
    pub(super) fn new(settings: RoomSettings) -> Self {
        Self {
            room: Room::new(settings),
            participants: HashMap::new(),
            subscribers: Vec::new(),
            armed: None,
        }
    }

    /// Sends the packets for a member to this connection from now on, or nowhere.
    pub(super) fn lead(&mut self, member: Member, to: Option<PeerKey>) {
        let Ok(number) = usize::try_from(member.number()) else { return };
        if self.subscribers.len() <= number {
            self.subscribers.resize(number + 1, None);
        }
        self.subscribers[number] = to;
    }
}

impl Participant {
    pub(super) fn new(seat: u32, member: Member) -> Self {
        Self {
            seat,
            member,
            session: None,
            publisher: None,
            subscriber: None,
            ready: false,
            offers: Offers::default(),
        }
    }

    pub(super) const fn connection(&self, which: MediaPeer) -> Option<PeerKey> {
        match which {
            MediaPeer::Publisher => self.publisher,
            MediaPeer::Subscriber => self.subscriber,
        }
    }
}
