//! What the SFU is started with, and why it may not start.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ::sfu::RoomSettings;

use crate::{ListenError, StreamLimits};

/// Settings of the whole SFU. Those of a room's rules are in `room`.
#[derive(Debug, Clone)]
pub struct SfuSettings {
    /// Where clients send datagrams: for each shard its own, so every IP address comes as often
    /// as there are shards, those of the first shard before those of the second. An unspecified
    /// address (`0.0.0.0`, `::`) stands for each address of the machine. Port 0 takes a free one.
    pub udp: Vec<SocketAddr>,
    /// Where clients connect with TCP when their network lets no datagrams through (RFC 6544);
    /// for all shards together.
    pub tcp: Vec<SocketAddr>,
    /// What clients are told in place of the addresses listened on: the outer address of a NAT
    /// that keeps the ports. At most one of each family counts; empty for the addresses
    /// themselves.
    pub advertised: Vec<IpAddr>,
    /// Threads, 1 to [`SfuSettings::MAX_SHARDS`]. A call lives on one of them.
    pub shards: usize,
    /// Whether each thread stays on one processor.
    pub pin: bool,
    /// Whether the network of each receiver is measured and pictures are chosen to fit. Without
    /// it everything that is wanted is sent at once.
    pub bandwidth_estimation: bool,
    /// Sections for sound of each subscriber connection. More cost every receiver a little;
    /// with fewer than the room forwards, voices are missing.
    pub audio_slots: usize,
    /// Sections for pictures of a new subscriber connection. More make the first offer longer;
    /// with fewer, larger calls need a second offer.
    pub video_slots: usize,
    /// Sections for pictures that a subscriber connection grows to.
    pub max_video_slots: usize,
    /// How long nothing may come from a client before its participant is reported lost. Browsers
    /// ask for consent every 4 to 6 s (RFC 7675 §5.1), so less reports some who are well.
    pub silence: Duration,
    /// How long a silent connection is kept for its coming back.
    pub patience: Duration,
    /// Limits of TCP.
    pub streams: StreamLimits,
    /// The rules of every room.
    pub room: RoomSettings,
}

impl SfuSettings {
    /// Most threads.
    pub const MAX_SHARDS: usize = 64;
}

impl Default for SfuSettings {
    /// One thread, and nowhere to listen yet.
    fn default() -> Self {
        Self {
            udp: Vec::new(),
            tcp: Vec::new(),
            advertised: Vec::new(),
            shards: 1,
            pin: false,
            bandwidth_estimation: true,
            audio_slots: 5,
            video_slots: 11,
            max_video_slots: 30,
            silence: Duration::from_millis(6_500),
            patience: Duration::from_secs(30),
            streams: StreamLimits::default(),
            room: RoomSettings::default(),
        }
    }
}

/// Why the SFU does not start. Nothing is left open then.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken, needs privileges, or is none of this machine's.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The settings contradict themselves.
    #[error("{0}")]
    Settings(&'static str),
    /// Streams are tasks, and there is no runtime to run them.
    #[error("TCP needs a running runtime")]
    NoRuntime,
    /// The operating system refuses something else that a shard needs.
    #[error("cannot start the SFU: {0}")]
    System(#[from] io::Error),
}
