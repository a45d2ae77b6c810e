//! A room, publishers in it, one subscriber's connection, the link and the browser behind it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::rtp::WallClock;
use ::sfu::gate::{Expected, Sdp};
use ::sfu::{
    Codec, CodecSet, Egress, Layer, Member, Output, Paused, Report, Rewritten, Rights, Room,
    RoomSettings, SlotIndex, SlotView, SourceKind, SourceSpec, Wanted,
};
use str0m::change::SdpOffer;
use str0m::crypto::from_feature_flags;
use str0m::format::{Codec as Coding, PayloadParams};
use str0m::media::Pt;
use str0m::net::{Protocol as Way, Receive};
use str0m::{Candidate, Event, Input, Output as Said, Rtc, RtcConfig};
use vocab::{UserId, Uuid};

use super::link::Link;
use super::publisher::{Publisher, RATES};
use crate::sfu::transport::{
    Arrival, Connection as _, Happened, Outlet, Plan, Protocol, Received, Sending as _, Written,
};
use crate::sfu::with_str0m::library::extensions;
use crate::sfu::with_str0m::sending::Subscriber;
use crate::sfu::with_str0m::{Library, Told};

const SERVER: &str = "10.0.0.1:3479";
const BROWSER: &str = "10.0.0.2:40000";
/// A shard wakes so often.
const STEP: Duration = Duration::from_millis(1);
const ALL: Rights = Rights { microphone: true, camera: true, screen: true, screen_audio: true };

/// Everything.
pub(super) struct World {
    pub(super) now: Instant,
    start: Instant,
    room: Room,
    publishers: Vec<Publisher>,
    viewer: Member,
    subscriber: Subscriber,
    due: Instant,
    pub(super) down: Link,
    pub(super) up: Link,
    browser: Rtc,
    browser_due: Instant,
    connected: bool,
    pub(super) slots: Vec<SlotView>,
    pub(super) estimate: u64,
    pub(super) desired: u64,
    /// Packets of sound that were written, and that came out.
    pub(super) sound: (u64, u64),
    /// Bytes of pictures that came out.
    pub(super) pictures: u64,
    /// Packets of pictures that were written, and that came out.
    pub(super) pieces: (u64, u64),
    /// How long the newest picture is to wait, as it says itself; zero when it says nothing.
    pub(super) waits: Duration,
    /// Nobody sends anything.
    pub(super) silent: bool,
    opus: Option<Pt>,
}

struct Queue(Vec<Vec<u8>>);

impl Outlet for Queue {
    fn send(&mut self, _: Protocol, _: SocketAddr, _: SocketAddr, datagram: &[u8]) {
        self.0.push(datagram.to_vec());
    }
}

struct Writer<'a> {
    now: Instant,
    viewer: Member,
    subscriber: &'a mut Subscriber,
    packet: &'a Received,
    pieces: &'a mut u64,
}

impl Egress for Writer<'_> {
    fn send(&mut self, to: Member, slot: SlotIndex, rewritten: &Rewritten) {
        if to == self.viewer {
            *self.pieces += u64::from(self.packet.source == SourceKind::Camera);
            let mut nowhere = Queue(Vec::new());
            let packet = self.packet;
            let written = self.subscriber.write(self.now, slot, packet, rewritten, &mut nowhere);
            assert_eq!(written, Written::Queued);
        }
    }
}

fn user(number: usize) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number as u128 + 1))
}

fn browser(now: Instant) -> Rtc {
    let provider = Arc::new(from_feature_flags());
    let mut config = RtcConfig::new()
        .set_rtp_mode(true)
        .set_crypto_provider(provider)
        .clear_codecs()
        .enable_opus(true, true)
        .enable_vp8(true);
    for (number, extension) in
        extensions().iter().map(|(number, one)| (number, one.clone())).collect::<Vec<_>>()
    {
        config = config.set_extension(number, extension);
    }
    let mut rtc = config.build(now);
    let own: SocketAddr = BROWSER.parse().expect("an address");
    rtc.add_local_candidate(Candidate::host(own, "udp").expect("a candidate"));
    rtc
}

impl World {
    pub(super) fn new(publishers: usize) -> Self {
        let start = Instant::now();
        let address: SocketAddr = SERVER.parse().expect("an address");
        let clock = WallClock { at: start, unix: Duration::ZERO };
        let library =
            Library::new(Told { udp: vec![address], tcp: vec![] }, true, clock).expect("a library");
        let mut room = Room::new(RoomSettings::default());
        let all = (0..publishers).map(|number| {
            let member = room.admit(start, user(number), ALL);
            let codecs = CodecSet::default().with(Codec::Opus).with(Codec::Vp8);
            let spec = |kind, rids: &[Layer]| SourceSpec { kind, rids: rids.to_vec(), codecs };
            let sources =
                vec![spec(SourceKind::Microphone, &[]), spec(SourceKind::Camera, &Layer::ALL)];
            room.set_sources(start, user(number), sources);
            Publisher::new(start, user(number), member, number as u64)
        });
        let publishers: Vec<_> = all.collect();
        let viewer = room.admit(start, user(99), ALL);
        let mut world = Self {
            now: start,
            start,
            room,
            publishers,
            viewer,
            subscriber: library.subscriber(start),
            due: start,
            down: Link::new(Duration::from_millis(1)),
            up: Link::new(Duration::from_millis(1)),
            browser: browser(start),
            browser_due: start,
            connected: false,
            slots: Vec::new(),
            estimate: 0,
            desired: 0,
            sound: (0, 0),
            pictures: 0,
            pieces: (0, 0),
            waits: Duration::ZERO,
            silent: false,
            opus: None,
        };
        world.connect();
        world
    }

    fn connect(&mut self) {
        let offer =
            self.subscriber.offer(Plan { audio: 3, video: 9, restart: false }).expect("an offer");
        let offer = SdpOffer::from_sdp_string(&offer).expect("an offer");
        let answer = self.browser.sdp_api().accept_offer(offer).expect("an answer").to_sdp_string();
        let answer = Sdp::read(&answer, Expected::Answer).expect("an answer");
        let specs = self.subscriber.accept_answer(self.now, answer).expect("slots");
        while !self.connected {
            self.turn();
            assert!(self.now - self.start < Duration::from_secs(5), "it connects");
        }
        let params = self.browser.codec_config().params();
        let opus = params.iter().find(|one| one.spec().codec == Coding::Opus);
        self.opus = opus.map(PayloadParams::pt);
        self.room.set_slots(self.now, user(99), specs);
    }

    /// Everybody sends the smallest layer alone, at this rate.
    pub(super) fn only_quarter(&mut self, rate: u64) {
        self.rates([rate, 0, 0]);
    }

    pub(super) fn all_layers(&mut self) {
        self.rates(RATES);
    }

    fn rates(&mut self, rates: [u64; 3]) {
        for publisher in &mut self.publishers {
            for (encoder, rate) in publisher.encoders.iter_mut().zip(rates) {
                encoder.rate = rate;
            }
        }
    }

    /// Shows everybody at this height.
    pub(super) fn show(&mut self, height: u32) {
        let wanted = self.publishers.iter().map(|one| Wanted {
            user: one.user,
            source: SourceKind::Camera,
            width: height * 16 / 9,
            height,
            pinned: false,
        });
        let wanted = wanted.collect();
        self.room.subscribe(self.now, user(99), wanted);
        self.carry_out();
    }

    pub(super) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.turn();
        }
    }

    fn turn(&mut self) {
        self.now += STEP;
        let now = self.now;
        if self.room.poll_timeout().is_some_and(|due| due <= now) {
            self.room.handle_timeout(now);
        }
        self.carry_out();
        let millis = u64::try_from((now - self.start).as_millis()).expect("short");
        if self.connected && !self.silent {
            for number in 0..self.publishers.len() {
                let publisher = &mut self.publishers[number];
                let member = publisher.member;
                for packet in publisher.packets(now, millis) {
                    self.sound.0 += u64::from(packet.source == SourceKind::Microphone);
                    let mut writer = Writer {
                        now,
                        viewer: self.viewer,
                        subscriber: &mut self.subscriber,
                        packet: &packet,
                        pieces: &mut self.pieces.0,
                    };
                    self.room.handle_packet(
                        now,
                        member,
                        packet.source,
                        packet.layer,
                        &packet.packet(),
                        &mut writer,
                    );
                    self.carry_out();
                    self.drive();
                }
            }
        }
        let (server, browser): (SocketAddr, SocketAddr) =
            (SERVER.parse().expect("one"), BROWSER.parse().expect("one"));
        while let Some(datagram) = self.up.take(now) {
            let arrival = Arrival {
                protocol: Protocol::Udp,
                source: browser,
                destination: server,
                bytes: &datagram,
            };
            self.subscriber.take(now, arrival).expect("it is whole");
            self.drive();
        }
        if self.due <= now {
            self.drive();
        }
        while let Some(at) = self.down.next().filter(|at| *at <= now) {
            let Some(datagram) = self.down.take(now) else { break };
            let receive = Receive::new(Way::Udp, server, browser, &datagram).expect("a datagram");
            self.browser.handle_input(Input::Receive(at, receive)).expect("it is whole");
            self.browse(at);
        }
        if self.browser_due <= now {
            self.browser.handle_input(Input::Timeout(now)).expect("it is whole");
            self.browse(now);
        }
    }

    fn drive(&mut self) {
        let mut queue = Queue(Vec::new());
        let mut happened = Vec::new();
        self.due = self.subscriber.drive(self.now, &mut queue, &mut happened).expect("it is whole");
        for datagram in queue.0 {
            self.down.send(self.now, datagram);
        }
        for event in happened {
            match event {
                Happened::Connected => self.connected = true,
                Happened::Estimate(estimate) => {
                    self.estimate = estimate;
                    self.room.handle_estimate(self.now, self.viewer, estimate);
                }
                Happened::Measured(measured) => {
                    self.room.handle_measured(self.now, self.viewer, measured)
                }

                Happened::KeyframeWanted(slot) => {
                    self.room.handle_keyframe_request(self.now, self.viewer, slot)
                }
                Happened::Closed | Happened::Packet(_) => {}
            }
            self.carry_out();
        }
    }

    fn browse(&mut self, now: Instant) {
        loop {
            match self.browser.poll_output().expect("it is whole") {
                Said::Timeout(due) => {
                    self.browser_due = due.max(now + Duration::from_micros(100));
                    return;
                }
                Said::Transmit(transmit) => self.up.send(now, transmit.contents.to_vec()),
                Said::Event(Event::RtpPacket(packet)) => {
                    if Some(packet.header.payload_type) == self.opus {
                        self.sound.1 += 1;
                    } else {
                        self.pictures += packet.payload.len() as u64;
                        self.pieces.1 += 1;
                        let waits = packet.header.ext_vals.play_delay_min;
                        self.waits = waits.map(Duration::from).unwrap_or_default();
                    }
                }
                Said::Event(_) => {}
            }
        }
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.room.poll_output() {
            match output {
                Output::RequestKeyframe { user, layer, .. } => {
                    let key_at = self.now + Duration::from_millis(40);
                    let all = self.publishers.iter_mut().filter(|one| one.user == user);
                    for encoder in
                        all.flat_map(|one| &mut one.encoders).filter(|one| one.layer == layer)
                    {
                        encoder.key_at.get_or_insert(key_at);
                    }
                }
                Output::Report(Report::Layers { user, layers }) => {
                    let all = self.publishers.iter_mut().filter(|one| one.user == user);
                    for encoder in all.flat_map(|one| &mut one.encoders) {
                        let on = layers.rids.contains(&encoder.layer.rid());
                        if on && !encoder.on {
                            encoder.key_at = Some(self.now + Duration::from_millis(100));
                        }
                        encoder.on = on;
                    }
                }
                Output::Report(Report::Slots { user: whose, slots, .. }) if whose == user(99) => {
                    self.slots = slots
                }
                Output::Desired { user: whose, bits_per_second } if whose == user(99) => {
                    self.desired = bits_per_second;
                    self.subscriber.set_desired(bits_per_second);
                }
                Output::Report(_) | Output::Grow { .. } | Output::Desired { .. } => {}
            }
        }
    }

    /// Pictures that the network is too narrow for.
    pub(super) fn paused(&self) -> usize {
        let narrow =
            |slot: &&SlotView| slot.shows.is_some() && slot.paused == Some(Paused::Bandwidth);
        self.slots.iter().filter(narrow).count()
    }
}
