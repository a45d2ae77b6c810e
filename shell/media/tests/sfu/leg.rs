//! One of the two connections of a client.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::RtpPacket;
use str0m::{Candidate, Event, Input, Output, Rtc};

use super::link::Link;

/// A connection with its socket.
pub(crate) struct Leg {
    pub(crate) rtc: Rtc,
    pub(crate) link: Link,
    pub(crate) connected: bool,
    pub(crate) packets: Vec<RtpPacket>,
    /// Key frames that the server asked for.
    pub(crate) keyframes_wanted: usize,
    /// The same, since the beginning.
    pub(crate) asked: usize,
    /// Datagrams as they left, for those who send them again.
    pub(crate) sent: Vec<(SocketAddr, Vec<u8>)>,
    /// Every so many datagrams of media that come one is lost; 0 for none.
    pub(crate) loses_every: usize,
    came: usize,
    pending: Option<SdpPendingOffer>,
    due: Instant,
}

/// A packet of a client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outgoing<'a> {
    pub(crate) seq: u64,
    pub(crate) time: u32,
    pub(crate) payload: &'a [u8],
    pub(crate) red: bool,
}

/// What a publisher sends, by section.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sections {
    pub(crate) microphone: Mid,
    pub(crate) camera: Mid,
}

impl Leg {
    pub(crate) fn new(link: Link, red: bool) -> Self {
        let now = Instant::now();
        let builder = Rtc::builder().set_rtp_mode(true).clear_codecs();
        let mut rtc = builder.enable_opus(true, red).enable_vp8(true).build(now);
        let candidate = if link.is_tcp() {
            let tcp = Candidate::builder().tcp().host(link.local());
            tcp.tcptype(TcpType::Active).build()
        } else {
            Candidate::host(link.local(), "udp")
        };
        rtc.add_local_candidate(candidate.unwrap());
        Self {
            rtc,
            link,
            connected: false,
            packets: Vec::new(),
            keyframes_wanted: 0,
            asked: 0,
            sent: Vec::new(),
            loses_every: 0,
            came: 0,
            pending: None,
            due: now,
        }
    }

    /// Offers a microphone and a camera at three sizes.
    pub(crate) fn offer(&mut self) -> (String, Sections) {
        let mut changes = self.rtc.sdp_api();
        let mut simulcast = Simulcast::new();
        for rid in ["q", "h", "f"] {
            simulcast.add_send_layer(SimulcastLayer::new(rid));
        }
        let send = Direction::SendOnly;
        let microphone = changes.add_media(MediaKind::Audio, send, None, None, None);
        let camera = changes.add_media(MediaKind::Video, send, None, None, Some(simulcast));
        let (offer, pending) = changes.apply().unwrap();
        self.pending = Some(pending);
        (offer.to_sdp_string(), Sections { microphone, camera })
    }

    /// Offers the same with new ICE credentials.
    pub(crate) fn offer_restart(&mut self) -> String {
        let mut changes = self.rtc.sdp_api();
        changes.ice_restart(true);
        let (offer, pending) = changes.apply().unwrap();
        self.pending = Some(pending);
        offer.to_sdp_string()
    }

    pub(crate) fn answered(&mut self, answer: &str) {
        let pending = self.pending.take().expect("an offer of ours");
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
        self.due = Instant::now();
    }

    /// Answers as browsers do: the DTLS client.
    pub(crate) fn answer(&mut self, offer: &str) -> String {
        let offer = offer.replace("a=setup:actpass", "a=setup:passive");
        let offer = SdpOffer::from_sdp_string(&offer).unwrap();
        let answer = self.rtc.sdp_api().accept_offer(offer).unwrap();
        self.due = Instant::now();
        answer.to_sdp_string()
    }

    /// Does what is due; whether anything was.
    pub(crate) fn step(&mut self, now: Instant) -> bool {
        let mut busy = false;
        while let Some((source, datagram)) = self.link.receive() {
            busy = true;
            if self.loses(&datagram) {
                continue;
            }
            let protocol = if self.link.is_tcp() { Protocol::Tcp } else { Protocol::Udp };
            let receive = Receive::new(protocol, source, self.link.local(), &datagram);
            let Ok(receive) = receive else { continue };
            let input = Input::Receive(now, receive);
            if self.rtc.accepts(&input) {
                self.rtc.handle_input(input).unwrap();
                self.drain(now);
            }
        }
        if busy || now >= self.due {
            self.rtc.handle_input(Input::Timeout(now)).unwrap();
            self.drain(now);
        }
        busy
    }

    fn loses(&mut self, datagram: &[u8]) -> bool {
        self.came += usize::from((128..192).contains(&datagram[0]));
        self.loses_every > 0 && self.came.is_multiple_of(self.loses_every)
    }

    /// Datagrams of media that were lost.
    pub(crate) fn lost_media(&self) -> usize {
        self.came.checked_div(self.loses_every).unwrap_or(0)
    }

    /// Asks for a key frame of everything that comes in a section.
    pub(crate) fn want_keyframe(&mut self, mid: Mid) {
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_rx_by_mid(mid, None).unwrap();
        stream.request_keyframe(str0m::media::KeyframeRequestKind::Pli);
        self.due = Instant::now();
    }

    /// Writes one packet.
    pub(crate) fn write(&mut self, now: Instant, to: (Mid, Option<&str>), packet: Outgoing<'_>) {
        let (mid, rid) = to;
        let Outgoing { seq, time, payload, red } = packet;
        let audio = rid.is_none();
        let codec = if audio { str0m::format::Codec::Opus } else { str0m::format::Codec::Vp8 };
        let config = self.rtc.codec_config();
        let params = config.find(|params| params.spec().codec == codec).unwrap();
        let pt = if red { params.red().unwrap() } else { params.pt() };
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_tx_by_mid(mid, rid.map(Into::into)).unwrap();
        let mut values = str0m::rtp::ExtensionValues::default();
        if audio {
            values.audio_level = Some(-20);
            values.voice_activity = Some(true);
        }
        let write = str0m::rtp::RtpWrite::new(pt, seq.into(), time, now, payload);
        stream.write_rtp(write.marker(true).nackable(!audio).ext_vals(values));
        self.due = now;
    }

    fn drain(&mut self, now: Instant) {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Transmit(transmit) => {
                    self.link.send(transmit.destination, &transmit.contents);
                    self.sent.push((transmit.destination, transmit.contents.to_vec()));
                }
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::RtpPacket(packet)) => self.packets.push(packet),
                Output::Event(Event::KeyframeRequest(_)) => {
                    self.keyframes_wanted += 1;
                    self.asked += 1;
                }
                Output::Event(_) => {}
                Output::Timeout(due) => {
                    self.due = due.max(now + Duration::from_millis(1));
                    return;
                }
            }
        }
    }
}
