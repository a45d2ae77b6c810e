//! Feeding and draining: the library's rules are obeyed here and nowhere else.

use std::fmt;
use std::time::{Duration, Instant};

use str0m::change::DirectApi;
use str0m::ice::StunMessage;
use str0m::net::{Protocol as Way, Receive};
use str0m::{Event, Input, Output, PacerReason, Reason, Rtc};

use super::first_check::{First, first_check};
use crate::sfu::transport::{Arrival, Broken, Happened, Outlet, Protocol, Taken};

/// Rounds of one turn. With bandwidth estimation each packet takes one, so this is the longest
/// burst; what is left goes in the next turn.
const ROUNDS: usize = 512;

/// How far ahead of time packets are sent. A shard wakes once in a millisecond, and the probes of
/// bandwidth estimation are packets every few hundred microseconds: sent one in a wake-up, they
/// would find a network of less than 2 Mbit/s everywhere.
const AHEAD: Duration = Duration::from_millis(1);

/// The library fills up what a subscriber gets to 50 kbit/s with padding, small packets all the
/// time while nobody speaks, and has no setting for it. It pads when it is called, so it is not
/// called for that alone. What else is due meanwhile is hidden behind the padding and waits no
/// longer than this.
const PADDED: Duration = Duration::from_millis(200);

/// When a turn was not enough, or a deadline has passed and does not move.
const SOON: Duration = Duration::from_millis(1);

/// One connection of the library.
pub(super) struct Engine {
    rtc: Rtc,
    /// The library was told the time with the last datagram, and nothing was changed since.
    current: bool,
    /// Something was nominated, by the client or for it.
    nominated: bool,
}

impl Engine {
    pub(super) fn new(rtc: Rtc) -> Self {
        Self { rtc, current: false, nominated: false }
    }

    /// The library's own view, to change something.
    pub(super) const fn rtc(&mut self) -> &mut Rtc {
        self.current = false;
        &mut self.rtc
    }

    /// To look at streams, or to restore one: nothing of it is due to be sent.
    pub(super) fn direct(&mut self) -> DirectApi<'_> {
        self.rtc.direct_api()
    }

    /// The name fragment that connectivity checks carry.
    pub(super) fn name(&mut self) -> String {
        self.rtc.direct_api().local_ice_credentials().ufrag
    }

    /// Takes a datagram if the library says that it is this connection's. That it comes from an
    /// address that this connection was heard from before does not suffice: another connection
    /// may have the address by now, and its handshake would be taken for this one's.
    pub(super) fn take(&mut self, now: Instant, arrival: Arrival<'_>) -> Result<Taken, Broken> {
        let way = match arrival.protocol {
            Protocol::Udp => Way::Udp,
            Protocol::Tcp => Way::Tcp,
        };
        let first = if self.nominated { First::NotMine } else { self.first_check(arrival.bytes) };
        let bytes = if let First::Instead(bytes) = &first { bytes } else { arrival.bytes };
        let datagram = Receive::new(way, arrival.source, arrival.destination, bytes);
        let Ok(datagram) = datagram else { return Ok(Taken::NotMine) };
        let input = Input::Receive(now, datagram);
        if !self.rtc.is_alive() || !self.rtc.accepts(&input) {
            return Ok(Taken::NotMine);
        }
        self.rtc.handle_input(input).map_err(broken)?;
        self.current = true;
        self.nominated |= first != First::NotMine;
        Ok(Taken::Mine)
    }

    fn first_check(&mut self, datagram: &[u8]) -> First {
        first_check(datagram, &self.rtc.direct_api().local_ice_credentials().pass)
    }

    /// Lets time go forward to now, then sends and tells until nothing is due.
    pub(super) fn drive(
        &mut self,
        now: Instant,
        outlet: &mut dyn Outlet,
        mut tell: impl FnMut(&mut Rtc, Event),
    ) -> Result<Instant, Broken> {
        if !std::mem::take(&mut self.current) {
            self.rtc.handle_input(Input::Timeout(now)).map_err(broken)?;
        }
        let mut rounds = 0;
        loop {
            match self.rtc.poll_output().map_err(broken)? {
                Output::Transmit(transmit) => {
                    let protocol = match transmit.proto {
                        Way::Udp => Protocol::Udp,
                        Way::Tcp | Way::SslTcp | Way::Tls => Protocol::Tcp,
                    };
                    let (from, to) = (transmit.source, transmit.destination);
                    outlet.send(protocol, from, to, &transmit.contents);
                }
                Output::Event(event) => tell(&mut self.rtc, event),
                Output::Timeout(due) if self.is_padding() => return Ok(due.max(now + PADDED)),
                Output::Timeout(due) if due > now + AHEAD => return Ok(due),
                Output::Timeout(_) if rounds == ROUNDS => return Ok(now + SOON),
                Output::Timeout(due) => {
                    rounds += 1;
                    self.rtc.handle_input(Input::Timeout(due.max(now))).map_err(broken)?;
                }
            }
        }
    }

    /// Whether what is due next is padding. That of a probe is none: it has its times.
    fn is_padding(&self) -> bool {
        self.rtc.last_timeout_reason() == Reason::Pacer(PacerReason::Padding)
    }
}

/// What both kinds of connections tell alike.
pub(super) fn of_both(event: &Event) -> Option<Happened> {
    if matches!(event, Event::Connected) {
        Some(Happened::Connected)
    } else if matches!(event, Event::Closed) {
        Some(Happened::Closed)
    } else {
        None
    }
}

fn broken(error: str0m::RtcError) -> Broken {
    Broken(error.to_string())
}

/// The server's name fragment in a connectivity check (RFC 8445 §7.2.2); `None` for anything
/// else.
#[must_use]
pub fn name_in_check(datagram: &[u8]) -> Option<String> {
    check_in(datagram)?.split_username().map(|(local, _)| local.to_owned())
}

/// A connectivity check (RFC 8445 §7.2.2), authentic or not; `None` for anything else.
pub(super) fn check_in(datagram: &[u8]) -> Option<StunMessage<'_>> {
    if datagram.first().is_none_or(|first| *first > 1) {
        return None;
    }
    StunMessage::parse(datagram).ok().filter(StunMessage::is_binding_request)
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engine")
    }
}
