//! One of the two connections of a participant: str0m and its socket.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use datagram::{Batch, Options, Receiver, Sender};
use str0m::change::{SdpAnswer, SdpOffer};
use str0m::config::{CryptoProvider, DtlsCert};
use str0m::format::Codec;
use str0m::media::{KeyframeRequestKind, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpPacket;
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc};

use super::bare::TAG_LEN;
use super::publisher::{Plan, Publisher, Sent, Speaking};
use super::sink::{Arrival, Heard, Seen, Sink};

/// Bytes the kernel keeps for a socket.
const BUFFER: usize = 4 * 1024 * 1024;
/// A connection is asked at least so often whether there is something to do.
const LATER: Duration = Duration::from_secs(10);

/// What all connections of a crowd share.
#[derive(Debug)]
pub(crate) struct Shared {
    crypto: Arc<CryptoProvider>,
    certificate: DtlsCert,
    /// The beginning of the program; send times in payloads count from here.
    origin: Instant,
    pub(crate) heard: Heard,
    pub(crate) sent: Sent,
    pub(crate) speaking: Speaking,
    batch: Batch,
    sender: Sender,
    /// Bytes of the datagram that is being handled.
    datagram: usize,
    /// Where clients have their sockets.
    address: IpAddr,
}

/// Payload types, as negotiated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Types {
    pub(crate) opus: Pt,
    pub(crate) vp8: Pt,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Peer {
    rtc: Rtc,
    socket: UdpSocket,
    local: SocketAddr,
    types: Types,
    /// When str0m wants to be asked again.
    next: Instant,
    /// When the thread will ask it again.
    scheduled: Option<Instant>,
    pub(crate) connected: Option<Instant>,
    role: Role,
}

#[derive(Debug)]
enum Role {
    Publisher(Box<Publisher>),
    /// A light one counts packets by their headers once it is connected, and decrypts nothing.
    Subscriber {
        sink: Box<Sink>,
        light: bool,
    },
}

impl Shared {
    /// `origin` is the beginning of the program.
    pub(crate) fn new(origin: Instant, address: IpAddr) -> anyhow::Result<Self> {
        let crypto = str0m::crypto::from_feature_flags();
        let certificate = crypto.dtls_provider.generate_certificate();
        Ok(Self {
            crypto: Arc::new(crypto),
            certificate: certificate.context("a certificate")?,
            origin,
            heard: Heard::default(),
            sent: Sent::default(),
            speaking: Speaking::default(),
            batch: Batch::new(),
            // Clients are far away: what they send arrives packet by packet.
            sender: Sender::without_gso(),
            datagram: 0,
            address,
        })
    }
}

impl Peer {
    /// A publisher, and its offer.
    pub(crate) fn publisher(shared: &Shared, plan: &Plan) -> anyhow::Result<(Self, String)> {
        let (mut rtc, socket, local) = connection(shared)?;
        let (publisher, offer) = Publisher::new(&mut rtc, plan)?;
        let (types, role) = (Types::of(&rtc)?, Role::Publisher(Box::new(publisher)));
        let next = Instant::now();
        Ok((
            Self { rtc, socket, local, types, next, scheduled: None, connected: None, role },
            offer,
        ))
    }

    /// A subscriber, and its answer to the server's offer.
    pub(crate) fn subscriber(
        shared: &Shared,
        offer: &str,
        light: bool,
    ) -> anyhow::Result<(Self, String)> {
        let (rtc, socket, local) = connection(shared)?;
        let role = Role::Subscriber { sink: Box::default(), light };
        let (types, next) = (Types::of(&rtc)?, Instant::now());
        let mut peer =
            Self { rtc, socket, local, types, next, scheduled: None, connected: None, role };
        let answer = peer.offered(offer)?;
        Ok((peer, answer))
    }

    /// The answer to an offer.
    pub(crate) fn offered(&mut self, offer: &str) -> anyhow::Result<String> {
        let offer = SdpOffer::from_sdp_string(offer).context("the server's offer")?;
        let answer = self.rtc.sdp_api().accept_offer(offer).context("the server's offer")?;
        self.types = Types::of(&self.rtc)?;
        self.next = Instant::now();
        Ok(answer.to_sdp_string())
    }

    /// Takes in the answer to the own offer.
    pub(crate) fn answered(&mut self, answer: &str) -> anyhow::Result<()> {
        let publisher = self.as_publisher().context("an answer to a subscriber")?;
        let pending = publisher.pending.take().context("an answer to no offer")?;
        let answer = SdpAnswer::from_sdp_string(answer).context("the server's answer")?;
        self.rtc.sdp_api().accept_answer(pending, answer).context("the server's answer")?;
        self.types = Types::of(&self.rtc)?;
        self.next = Instant::now();
        Ok(())
    }

    /// The publisher, if it is one.
    pub(crate) fn as_publisher(&mut self) -> Option<&mut Publisher> {
        match &mut self.role {
            Role::Publisher(publisher) => Some(publisher),
            Role::Subscriber { .. } => None,
        }
    }

    /// The socket, to wait for.
    pub(crate) const fn socket(&self) -> &UdpSocket {
        &self.socket
    }

    /// What a subscriber saw; nothing of a publisher.
    pub(crate) fn seen(&self) -> Seen {
        match &self.role {
            Role::Subscriber { sink, .. } => sink.seen(),
            Role::Publisher(_) => Seen::default(),
        }
    }

    /// Whether it can still be used.
    pub(crate) fn is_alive(&self) -> bool {
        self.rtc.is_alive()
    }

    /// When the thread will ask it again.
    pub(crate) const fn scheduled(&self) -> Option<Instant> {
        self.scheduled
    }

    /// The thread will ask it at this time.
    pub(crate) const fn schedule(&mut self, at: Instant) {
        self.scheduled = Some(at);
    }

    /// The thread asks it now.
    pub(crate) const fn unschedule(&mut self) {
        self.scheduled = None;
    }

    /// When something is to be done again.
    pub(crate) fn due(&self) -> Instant {
        match &self.role {
            Role::Publisher(publisher) if self.connected.is_some() => {
                publisher.due().map_or(self.next, |media| media.min(self.next))
            }
            Role::Publisher(_) | Role::Subscriber { .. } => self.next,
        }
    }

    /// Does what is due.
    pub(crate) fn handle_due(&mut self, shared: &mut Shared) -> anyhow::Result<()> {
        let now = Instant::now();
        if let (Role::Publisher(publisher), Some(_)) = (&mut self.role, self.connected) {
            let (times, speaking) = ((now, shared.origin), shared.speaking);
            publisher.send(&mut self.rtc, self.types, times, speaking, &mut shared.sent)?;
        }
        self.rtc.handle_input(Input::Timeout(now))?;
        self.drain(now, shared)?;
        self.flush(shared);
        Ok(())
    }

    /// Takes in what waits at the socket.
    pub(crate) fn receive(
        &mut self,
        receiver: &mut Receiver,
        shared: &mut Shared,
    ) -> anyhow::Result<()> {
        let outcome = self.receive_from(receiver, shared);
        self.flush(shared);
        outcome
    }

    fn receive_from(&mut self, receiver: &mut Receiver, shared: &mut Shared) -> anyhow::Result<()> {
        let received = match receiver.receive(&self.socket) {
            Ok(received) => received,
            // When the server closed its socket the connection finds out by itself.
            Err(error)
                if [ErrorKind::WouldBlock, ErrorKind::ConnectionRefused]
                    .contains(&error.kind()) =>
            {
                return Ok(());
            }
            Err(error) => return Err(error).context("a client's socket"),
        };
        let now = Instant::now();
        for (from, bytes) in received {
            if let Role::Subscriber { sink, light: true } = &mut self.role
                && self.connected.is_some()
                && is_rtp(bytes)
            {
                sink.header(bytes, *self.types.opus, &mut shared.heard);
                continue;
            }
            let Ok(packet) = Receive::new(Protocol::Udp, from, self.local, bytes) else { continue };
            shared.datagram = bytes.len();
            self.rtc.handle_input(Input::Receive(now, packet))?;
            self.drain(now, shared)?;
        }
        Ok(())
    }

    fn drain(&mut self, now: Instant, shared: &mut Shared) -> anyhow::Result<()> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(at) => {
                    self.next = at.min(now + LATER);
                    return Ok(());
                }
                Output::Transmit(packet) => {
                    shared.batch.push(packet.destination, &[&packet.contents]);
                }
                Output::Event(event) => self.handle_event(event, now, shared),
            }
        }
    }

    fn flush(&self, shared: &mut Shared) {
        if !shared.batch.is_empty() {
            shared.sender.send_all(&self.socket, &shared.batch);
            shared.batch.clear();
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is of no interest to a load")]
    fn handle_event(&mut self, event: Event, now: Instant, shared: &mut Shared) {
        match event {
            Event::Connected => self.connected = Some(now),
            Event::KeyframeRequest(asked) => {
                if let Some(camera) =
                    self.as_publisher().and_then(|publisher| publisher.camera.as_mut())
                {
                    camera.request_key(asked.rid.as_deref());
                }
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                self.rtc.disconnect();
            }
            Event::RtpPacket(packet) => self.handle_packet(&packet, now, shared),
            _ => {}
        }
    }

    fn handle_packet(&mut self, packet: &RtpPacket, now: Instant, shared: &mut Shared) {
        let Role::Subscriber { sink, .. } = &mut self.role else { return };
        let arrival = Arrival {
            at: now,
            ssrc: *packet.header.ssrc,
            seq: *packet.seq_no,
            is_sound: packet.header.payload_type == self.types.opus,
            payload: &packet.payload,
        };
        let opened = packet.payload.len() + packet.header.header_len;
        let sealing = shared.datagram.saturating_sub(opened);
        shared.heard.weaker += u64::from(sealing < TAG_LEN);
        let needs_key = sink.packet(arrival, shared.origin, &mut shared.heard);
        if needs_key && let Some(stream) = self.rtc.direct_api().stream_rx(&packet.header.ssrc) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }
}

impl Types {
    fn of(rtc: &Rtc) -> anyhow::Result<Self> {
        let find = |codec| {
            let found = rtc.codec_config().find(|payload| payload.spec().codec == codec);
            found.map(|payload| payload.pt()).context("Opus and VP8 are negotiated")
        };
        Ok(Self { opus: find(Codec::Opus)?, vp8: find(Codec::Vp8)? })
    }
}

/// str0m as browsers are set up, as far as servers can see, and a socket.
fn connection(shared: &Shared) -> anyhow::Result<(Rtc, UdpSocket, SocketAddr)> {
    let mut rtc = Rtc::builder()
        .set_rtp_mode(true)
        .set_crypto_provider(Arc::clone(&shared.crypto))
        .set_dtls_cert(shared.certificate.clone())
        .clear_codecs()
        .enable_opus(true, false)
        .enable_vp8(true)
        .build(Instant::now());
    let options = Options { buffer: Some(BUFFER), gro: true, ..Options::default() };
    let opened = datagram::open(SocketAddr::new(shared.address, 0), options);
    let socket = opened.context("a client's socket")?.socket;
    let local = socket.local_addr()?;
    rtc.add_local_candidate(Candidate::host(local, "udp").context("a candidate")?);
    Ok((rtc, socket, local))
}

/// Whether it is RTP and not RTCP, DTLS or STUN (RFC 7983, RFC 5761 §4).
fn is_rtp(bytes: &[u8]) -> bool {
    matches!(bytes, [128..=191, kind, ..] if !(64..96).contains(&(kind & 0x7F)))
}
