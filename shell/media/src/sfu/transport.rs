//! What a shard needs of a WebRTC library: one connection of a participant, without sockets and
//! without a clock.
//!
//! Invariant: outside `with_str0m` nothing names the library, so that another sending side can
//! take its place.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use ::sfu::gate::Sdp;
use ::sfu::{
    AudioLevel, Codec, Layer, Measured, Rewritten, SlotIndex, SlotSpec, SourceKind, SourceSpec,
};

/// How datagrams travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Protocol {
    /// Each as it is.
    Udp,
    /// Framed by RFC 4571.
    Tcp,
}

/// A datagram from a client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival<'a> {
    pub(super) protocol: Protocol,
    pub(super) source: SocketAddr,
    /// The address that the client was told.
    pub(super) destination: SocketAddr,
    pub(super) bytes: &'a [u8],
}

/// Where a connection sends.
pub(super) trait Outlet {
    /// Queues a datagram. `source` is an address that the client was told.
    fn send(
        &mut self,
        protocol: Protocol,
        source: SocketAddr,
        destination: SocketAddr,
        datagram: &[u8],
    );
}

/// Whose datagram it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// This connection's: it was used.
    Mine,
    /// Nothing that this connection knows: nothing was changed by it.
    NotMine,
}

/// The connection cannot go on.
#[derive(Debug, thiserror::Error)]
#[error("a media connection broke: {0}")]
pub(super) struct Broken(pub(super) String);

/// The description cannot be used; in words for a developer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unusable(pub(super) String);

/// What a connection tells.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all are packets, in a list that is reused")]
pub(super) enum Happened {
    /// ICE and DTLS are done.
    Connected,
    /// The other side has closed it.
    Closed,
    /// Media, from a publisher.
    Packet(Received),
    /// What comes on a slot of a subscriber cannot be decoded.
    KeyframeWanted(SlotIndex),
    /// The bandwidth of the way to a subscriber, in bit/s.
    Estimate(u64),
    /// What packets to a subscriber go through.
    Measured(Measured),
}

/// A packet of a publisher, decrypted.
#[derive(Debug, Clone)]
pub(super) struct Received {
    pub(super) source: SourceKind,
    pub(super) layer: Layer,
    pub(super) codec: Codec,
    pub(super) seq: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    pub(super) audio_level: Option<AudioLevel>,
    /// Header extensions that are passed on as they came.
    pub(super) passed: Passed,
    /// Shared with every subscriber.
    pub(super) payload: Arc<[u8]>,
}

/// Header extensions that are passed on; only the library knows what they are made of.
#[derive(Debug, Clone, Default)]
pub(super) struct Passed(pub(super) super::with_str0m::Extensions);

/// What both connections of a participant have in common.
pub(super) trait Connection: Send + fmt::Debug {
    /// The name fragments by which connectivity checks are found to be meant for it, now.
    fn names(&mut self) -> Vec<String>;

    /// Takes a datagram, if it is meant for this connection.
    ///
    /// # Errors
    /// [`Broken`].
    fn take(&mut self, now: Instant, arrival: Arrival<'_>) -> Result<Taken, Broken>;

    /// Sends and tells what is due; when it is to be called again at the latest.
    ///
    /// # Errors
    /// [`Broken`].
    fn drive(
        &mut self,
        now: Instant,
        outlet: &mut dyn Outlet,
        happened: &mut Vec<Happened>,
    ) -> Result<Instant, Broken>;
}

/// A publisher's connection: the server receives.
pub(super) trait Receiving: Connection {
    /// Answers an offer: the answer, and what the participant sends from now on.
    ///
    /// # Errors
    /// [`Unusable`].
    fn accept_offer(
        &mut self,
        now: Instant,
        offer: Sdp,
    ) -> Result<(String, Vec<SourceSpec>), Unusable>;

    /// Asks for a key frame.
    fn request_keyframe(&mut self, source: SourceKind, layer: Layer);
}

/// What became of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// It is with the outlet, or nowhere to be sent.
    Out,
    /// [`Connection::drive`] sends it.
    Queued,
}

/// How many slots an offer has, and whether ICE begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) audio: usize,
    pub(super) video: usize,
    pub(super) restart: bool,
}

/// A subscriber's connection: the server sends.
pub(super) trait Sending: Connection {
    /// Offers slots in addition to those there are. An offer without an answer is forgotten.
    ///
    /// # Errors
    /// [`Unusable`] when there is nothing to offer.
    fn offer(&mut self, plan: Plan) -> Result<String, Unusable>;

    /// Takes the answer to the last offer: all slots in their order.
    ///
    /// # Errors
    /// [`Unusable`].
    fn accept_answer(&mut self, now: Instant, answer: Sdp) -> Result<Vec<SlotSpec>, Unusable>;

    /// Sends a packet, or queues it.
    fn write(
        &mut self,
        now: Instant,
        slot: SlotIndex,
        packet: &Received,
        rewritten: &Rewritten,
        outlet: &mut dyn Outlet,
    ) -> Written;

    /// How much bandwidth it is worth to look for, in bit/s.
    fn set_desired(&mut self, bits_per_second: u64);
}
