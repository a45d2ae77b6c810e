//! Media beside the library: packets are sealed and sent as they are written.
//!
//! ICE and DTLS stay with the library; of media it knows nothing but the descriptions. It does not
//! tell where it would send either, so it is asked for a piece of RTCP, which shows where it would
//! have gone and goes nowhere.

use std::net::SocketAddr;
use std::time::Instant;

use ::sfu::SlotIndex;
use rtp::{Extensions, Feedback, Media, Outgoing, StreamSpec, WallClock};
use str0m::rtp::ExtensionValues;
use str0m::{Event, Rtc};

use super::engine::{Engine, of_both};
use super::handshake::KeyBox;
use super::playout::Playout;
use crate::sfu::transport::{Arrival, Broken, Happened, Outlet, Protocol, Taken};

/// The way that the library chose.
#[derive(Debug, Clone, Copy)]
struct Way {
    protocol: Protocol,
    from: SocketAddr,
    to: SocketAddr,
}

/// What leaves for a subscriber, and what it says.
#[derive(Debug)]
pub(super) struct Direct {
    keys: KeyBox,
    clock: WallClock,
    specs: Vec<Option<StreamSpec>>,
    /// From the end of the handshake on.
    outgoing: Option<Outgoing>,
    way: Option<Way>,
    /// When the library wants to be called.
    due: Option<Instant>,
    happened: Vec<Happened>,
    pub(super) playout: Playout,
}

/// Lets everything of the library out but media, and sees where that would go.
struct Watched<'a> {
    outlet: &'a mut dyn Outlet,
    way: &'a mut Option<Way>,
}

impl Direct {
    pub(super) fn new(keys: KeyBox, clock: WallClock) -> Self {
        Self {
            keys,
            clock,
            specs: Vec::new(),
            outgoing: None,
            way: None,
            due: None,
            happened: Vec::new(),
            playout: Playout::default(),
        }
    }

    /// After a negotiation: all streams in the order of the slots.
    pub(super) fn set_streams(&mut self, specs: Vec<Option<StreamSpec>>) {
        self.due = None;
        self.specs.clone_from(&specs);
        if let Some(outgoing) = &mut self.outgoing {
            outgoing.set_streams(specs, rand::random);
        }
    }

    /// The library was told something: it has to be asked what is due.
    pub(super) const fn changed(&mut self) {
        self.due = None;
    }

    /// Takes a datagram if it is feedback. Whatever is not the receiver's is nobody's here.
    pub(super) fn take(&mut self, now: Instant, arrival: Arrival<'_>) -> Option<Taken> {
        if !is_media(arrival.bytes) {
            return None;
        }
        let feedback = self.outgoing.as_mut().and_then(|it| it.receive(now, arrival.bytes));
        let Some(Feedback { keyframes, measured }) = feedback else { return Some(Taken::NotMine) };
        let slots = keyframes.into_iter().filter_map(|place| u16::try_from(place).ok());
        self.happened.extend(slots.map(|slot| Happened::KeyframeWanted(SlotIndex(slot))));
        if let Some(measured) = measured {
            self.playout.take(now, measured);
        }
        Some(Taken::Mine)
    }

    pub(super) fn drive(
        &mut self,
        engine: &mut Engine,
        now: Instant,
        outlet: &mut dyn Outlet,
        happened: &mut Vec<Happened>,
    ) -> Result<Instant, Broken> {
        happened.append(&mut self.happened);
        let due = match self.due.filter(|due| *due > now) {
            Some(due) => due,
            None => self.drive_library(engine, now, outlet, happened)?,
        };
        self.due = Some(due);
        let (Some(outgoing), Some(way)) = (&mut self.outgoing, self.way) else { return Ok(due) };
        outgoing.poll(now, |datagram| way.send(datagram, outlet));
        Ok(outgoing.poll_timeout(now).min(due))
    }

    fn drive_library(
        &mut self,
        engine: &mut Engine,
        now: Instant,
        outlet: &mut dyn Outlet,
        happened: &mut Vec<Happened>,
    ) -> Result<Instant, Broken> {
        if self.outgoing.is_some() {
            ask(engine.rtc());
        }
        let mut watched = Watched { outlet, way: &mut self.way };
        let (outgoing, specs, mut connected) = (&mut self.outgoing, &self.specs, false);
        let due = engine.drive(now, &mut watched, |rtc, event| {
            if matches!(event, Event::Connected) {
                connected = true;
                *outgoing = self.keys.take().map(|keys| {
                    let name = format!("{:016x}", rand::random::<u64>());
                    let mut outgoing = Outgoing::new(now, keys, self.clock, name);
                    outgoing.set_streams(specs.iter().cloned(), rand::random);
                    outgoing
                });
                ask(rtc);
            }
            happened.extend(of_both(&event));
        })?;
        if connected && (self.outgoing.is_none() || self.way.is_none()) {
            return Err(Broken("the library showed no keys, or no way".into()));
        }
        Ok(due)
    }

    /// Seals a packet and sends it; before there is a connection it goes nowhere.
    pub(super) fn write(
        &mut self,
        now: Instant,
        place: usize,
        media: &Media<'_>,
        outlet: &mut dyn Outlet,
    ) {
        if let (Some(outgoing), Some(way)) = (&mut self.outgoing, self.way) {
            outgoing.write(now, place, media, |datagram| way.send(datagram, outlet));
        }
    }
}

/// Makes the library show where it would send.
fn ask(rtc: &mut Rtc) {
    rtc.direct_api().send_pli_feedback(0.into(), 0.into());
}

impl Way {
    fn send(self, datagram: &[u8], outlet: &mut dyn Outlet) {
        outlet.send(self.protocol, self.from, self.to, datagram);
    }
}

impl Outlet for Watched<'_> {
    fn send(&mut self, protocol: Protocol, from: SocketAddr, to: SocketAddr, datagram: &[u8]) {
        if is_media(datagram) {
            *self.way = Some(Way { protocol, from, to });
        } else {
            self.outlet.send(protocol, from, to, datagram);
        }
    }
}

/// SRTP and SRTCP (RFC 7983 §7).
fn is_media(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| (128..192).contains(first))
}

/// What the extensions of a packet say.
pub(super) fn extensions(values: &ExtensionValues) -> Extensions {
    let hundredths = |time: str0m::media::MediaTime| {
        u16::try_from(time.rebase(str0m::media::Frequency::HUNDREDTHS).numer()).ok()
    };
    let delay = values.play_delay_min.zip(values.play_delay_max);
    Extensions {
        audio_level: values
            .audio_level
            .map(|level| (level.unsigned_abs(), values.voice_activity.unwrap_or(false))),
        video_orientation: values.video_orientation.map(|turned| turned as u8),
        playout_delay: delay.and_then(|(min, max)| hundredths(min).zip(hundredths(max))),
    }
}
