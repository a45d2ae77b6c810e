//! A client with its two connections, and what the server told it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use sfu::{Description, MediaPeer, Order, Report, SlotView};
use vocab::{UserId, Uuid};

use super::leg::{Leg, Outgoing, Sections};
use super::link::Link;

/// Between two pictures.
const FRAME: Duration = Duration::from_millis(40);

/// Between two packets of sound.
const SOUND: Duration = Duration::from_millis(20);

/// Layers of the camera, and what their packets end with.
const RIDS: [&str; 3] = ["q", "h", "f"];
pub(crate) const FILLS: [u8; 3] = [0xA1, 0xA2, 0xA3];

/// Opus, and the same with an older packet before it (RFC 2198).
pub(crate) const PLAIN: [u8; 5] = [0x78, 1, 2, 3, 4];
const WITH_RED: [u8; 11] = [0x80 | 111, 0, 0, 1, 111, 9, 0x78, 1, 2, 3, 4];

/// Somebody in a call.
pub(crate) struct Client {
    pub(crate) user: UserId,
    pub(crate) seat: u32,
    pub(crate) publisher: Leg,
    pub(crate) subscriber: Leg,
    pub(crate) sections: Option<Sections>,
    pub(crate) red: bool,
    pub(crate) sending: bool,
    /// Does nothing, as a device whose lid is closed.
    pub(crate) asleep: bool,
    pub(crate) ready: usize,
    pub(crate) lost: usize,
    pub(crate) slots: Vec<SlotView>,
    pub(crate) refused: Vec<(MediaPeer, u32, String)>,
    /// Offers of the server that were answered.
    pub(crate) offers: Vec<String>,
    pub(crate) orders: Vec<Order>,
    negotiation: u32,
    tcp: Option<SocketAddr>,
    pub(crate) frames: u64,
    next_frame: Instant,
    sounds: u64,
    next_sound: Instant,
}

impl Client {
    pub(crate) fn new(number: u128, tcp: Option<SocketAddr>, red: bool) -> Self {
        let link = || tcp.map_or_else(Link::udp, Link::tcp);
        Self { tcp, ..Self::over([link(), link()], number, red) }
    }

    /// Over these two ways.
    pub(crate) fn over(links: [Link; 2], number: u128, red: bool) -> Self {
        let now = Instant::now();
        let [publisher, subscriber] = links.map(|link| Leg::new(link, red));
        Self {
            user: UserId::from_uuid(Uuid::from_u128(number)),
            seat: 1,
            publisher,
            subscriber,
            sections: None,
            red,
            sending: false,
            asleep: false,
            ready: 0,
            lost: 0,
            slots: Vec::new(),
            refused: Vec::new(),
            offers: Vec::new(),
            orders: Vec::new(),
            negotiation: 0,
            tcp: None,
            frames: 0,
            next_frame: now,
            sounds: 0,
            next_sound: now,
        }
    }

    /// Begins with an offer.
    pub(crate) fn join(&mut self) {
        let (offer, sections) = self.publisher.offer();
        self.sections = Some(sections);
        self.describe(MediaPeer::Publisher, Description::Offer(offer));
    }

    /// As a page that was loaded again: nothing of before is left.
    pub(crate) fn reload(&mut self) {
        self.forget();
        self.join();
    }

    /// The same, and it has not begun.
    pub(crate) fn forget(&mut self) {
        let (tcp, red) = (self.tcp, self.red);
        let leg = || Leg::new(tcp.map_or_else(Link::udp, Link::tcp), red);
        (self.publisher, self.subscriber) = (leg(), leg());
    }

    /// The same, but the system gave it the ports that it had.
    pub(crate) fn reload_on_the_same_ports(&mut self) {
        for leg in [&mut self.publisher, &mut self.subscriber] {
            let link = std::mem::replace(&mut leg.link, Link::udp());
            *leg = Leg::new(link, self.red);
        }
        self.join();
    }

    pub(crate) fn describe(&mut self, peer: MediaPeer, description: Description) {
        self.negotiation += 1;
        let negotiation = self.negotiation;
        self.orders.push(Order::Describe { user: self.user, peer, negotiation, description });
    }

    /// Word of the room for this client.
    pub(crate) fn told(&mut self, report: Report) {
        match report {
            Report::Described { peer: MediaPeer::Publisher, description, .. } => {
                let Description::Answer(answer) = description else { panic!("not an answer") };
                self.publisher.answered(&answer);
            }
            Report::Described { peer: MediaPeer::Subscriber, description, negotiation, .. } => {
                let Description::Offer(offer) = description else { panic!("not an offer") };
                let answer = self.subscriber.answer(&offer);
                self.offers.push(offer);
                let (user, peer) = (self.user, MediaPeer::Subscriber);
                let description = Description::Answer(answer);
                self.orders.push(Order::Describe { user, peer, negotiation, description });
            }
            Report::Refused { peer, negotiation, why, .. } => {
                self.refused.push((peer, negotiation, why));
            }
            Report::Ready { seat, .. } => {
                assert_eq!(seat, self.seat);
                self.ready += 1;
            }
            Report::Lost { .. } => self.lost += 1,
            Report::Slots { slots, .. } => self.slots = slots,
            Report::Layers { .. } | Report::Speakers(_) => {}
        }
    }

    /// Whether the server says that both connections are up.
    pub(crate) const fn is_ready(&self) -> bool {
        self.ready > self.lost
    }

    pub(crate) fn step(&mut self, now: Instant) -> bool {
        if self.asleep {
            return false;
        }
        if self.sending && self.publisher.connected {
            self.send(now);
        }
        let publisher = self.publisher.step(now);
        self.subscriber.step(now) || publisher
    }

    /// What came for sound or pictures: distinct packets.
    pub(crate) fn received(&self, audio: bool) -> usize {
        let is_audio = |payload: u8| !(64..110).contains(&payload);
        let packets = self.subscriber.packets.iter();
        packets.filter(|packet| is_audio(*packet.header.payload_type) == audio).count()
    }

    fn send(&mut self, now: Instant) {
        let Some(sections) = self.sections else { return };
        while now >= self.next_sound {
            self.next_sound = self.next_sound.max(now - SOUND) + SOUND;
            self.sounds += 1;
            let time = u32::try_from(self.sounds * 960).unwrap();
            let payload = if self.red { &WITH_RED[..] } else { &PLAIN[..] };
            let packet = Outgoing { seq: self.sounds, time, payload, red: self.red };
            self.publisher.write(now, (sections.microphone, None), packet);
        }
        while now >= self.next_frame {
            self.next_frame = self.next_frame.max(now - FRAME) + FRAME;
            self.frames += 1;
            let time = u32::try_from(self.frames * 3_600).unwrap();
            let wanted = std::mem::take(&mut self.publisher.keyframes_wanted) > 0;
            for (layer, rid) in RIDS.into_iter().enumerate() {
                let payload = vp8(self.frames, wanted || self.frames == 1, layer);
                let packet = Outgoing { seq: self.frames, time, payload: &payload, red: false };
                self.publisher.write(now, (sections.camera, Some(rid)), packet);
            }
        }
    }
}

/// A picture in one packet (RFC 7741): descriptor with 15 bits of picture id, TL0PICIDX and TID.
fn vp8(number: u64, key: bool, layer: usize) -> Vec<u8> {
    let [.., high, low] = (u16::try_from(number & 0x7FFF).unwrap()).to_be_bytes();
    let mut payload = vec![0x90, 0xE0, 0x80 | high, low, low, 0x20];
    if key {
        // Frame tag of a key frame, start code, width and height: at most 1,280 x 720.
        payload.extend([0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A]);
        payload.extend((320_u16 << layer).to_le_bytes());
        payload.extend((180_u16 << layer).to_le_bytes());
    } else {
        payload.extend([0x11, 0x02, 0x00]);
    }
    payload.extend([FILLS[layer]; 200]);
    payload
}
