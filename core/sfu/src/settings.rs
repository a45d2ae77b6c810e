//! What can be set in a room.

use std::time::Duration;

/// Settings of a room. [`RoomSettings::default`] is what the server uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomSettings {
    /// Microphones that are forwarded when more are open. More cost every subscriber a slot and
    /// 32 kbit/s; with fewer, people who talk at once cut each other off.
    pub loudest: usize,
    /// Video slots that a subscriber is given at most.
    pub max_video_slots: usize,
    /// Between two key frame requests of one layer. Shorter costs the publisher's network, a key
    /// frame is ten times a usual frame; longer keeps a subscriber who lost one in the dark.
    pub keyframe_interval: Duration,
    /// After a fall for want of bandwidth, before a picture rises again. Shorter flaps.
    pub rise_after: Duration,
    /// How long a layer that nobody watches is still sent. Shorter stops and starts encoders
    /// whenever somebody turns a page.
    pub unwatched_after: Duration,
    /// Between two reports of who is speaking.
    pub speakers_interval: Duration,
    /// How long somebody who fell silent is still a speaker.
    pub speaker_hold: Duration,
    /// Between two reports of one subscriber's slots.
    pub slots_interval: Duration,
    /// Percent of the estimated bandwidth that is used at all.
    pub estimate_percent: u64,
    /// Percent of the estimated bandwidth that is kept for retransmissions.
    pub retransmission_percent: u64,
    /// In bit/s, is looked for even where less goes. An estimate is never much above what is
    /// looked for: with less a picture that is turned on, or grows, waits for the next probes.
    pub least_probed: u64,
    /// Percent of the estimated bandwidth that are looked for at most. A probe is twice as much
    /// for 15 ms: on a narrow link more of it would hold the sound up.
    pub most_probed_percent: u64,
    /// While pictures are held back for want of bandwidth, more is looked for so often. Each time
    /// costs a few packets.
    pub look_again: Duration,
    /// Packets that wait longer than this before a link: nothing but sound is sent until they are
    /// through. Shorter takes late readers for narrow links; longer lets the sound be late.
    pub longest_queue: Duration,
}

impl Default for RoomSettings {
    fn default() -> Self {
        Self {
            loudest: 3,
            max_video_slots: 30,
            keyframe_interval: Duration::from_millis(500),
            rise_after: Duration::from_secs(2),
            unwatched_after: Duration::from_secs(2),
            speakers_interval: Duration::from_millis(250),
            speaker_hold: Duration::from_millis(1_500),
            slots_interval: Duration::from_millis(100),
            estimate_percent: 90,
            retransmission_percent: 5,
            least_probed: 1_500_000,
            most_probed_percent: 150,
            look_again: Duration::from_secs(1),
            longest_queue: Duration::from_millis(400),
        }
    }
}
