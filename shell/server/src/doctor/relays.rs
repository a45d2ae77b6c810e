//! STUN and TURN, over every way that browsers are told.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::{Duration, Instant};

use switchboard::Clock;
use turn::{TurnCredential, TurnSecrets};
use vocab::UserId;

use super::client::{Client, Trouble};
use super::link::{Link, Way};
use super::report::Finding;
use super::tls::Verdict;

/// For a packet to go through both relayed addresses.
const THROUGH_WITHIN: Duration = Duration::from_secs(3);

/// Relayed packets may be lost as any; this often one is sent again.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// A TURN server and what its credentials are made of.
#[derive(Debug)]
pub(super) struct Relay {
    pub(super) host: String,
    /// UDP and TCP.
    pub(super) port: u16,
    pub(super) tls_port: Option<u16>,
    pub(super) secrets: TurnSecrets,
    pub(super) ttl: Duration,
    /// Our own, or an external one.
    pub(super) own: bool,
}

/// The four lines about a TURN server.
pub(super) fn check(relay: &Relay) -> Vec<Finding> {
    let over_tls = match relay.tls_port {
        Some(port) => relay.over(Way::Tls, port),
        None => Finding::skipped(
            named(Way::Tls),
            "browsers are told no turns: address; with a certificate (turn.tls_cert, tls_cert) \
             those behind strict firewalls come through",
        ),
    };
    vec![relay.stun(), relay.over(Way::Udp, relay.port), relay.over(Way::Tcp, relay.port), over_tls]
}

/// The same four lines when there is no TURN server.
pub(super) fn without(why: &str) -> Vec<Finding> {
    let checks = ["STUN over UDP", named(Way::Udp), named(Way::Tcp), named(Way::Tls)];
    checks.into_iter().map(|check| Finding::skipped(check, why)).collect()
}

const fn named(way: Way) -> &'static str {
    match way {
        Way::Udp => "TURN over UDP",
        Way::Tcp => "TURN over TCP",
        Way::Tls => "TURN over TLS",
    }
}

impl Relay {
    fn stun(&self) -> Finding {
        let check = "STUN over UDP";
        let seen = self.address(self.port).map_err(Trouble::from).and_then(|at| {
            let (link, _) = Link::open(Way::Udp, &self.host, at)?;
            Ok((at, Client::new(link).mapped_address()?))
        });
        match seen {
            Ok((at, mapped)) => Finding::ok(check, format!("{at} sees this machine as {mapped}")),
            Err(trouble) => Finding::failed(check, self.worded(Way::Udp, self.port, &trouble)),
        }
    }

    fn over(&self, way: Way, port: u16) -> Finding {
        let check = named(way);
        match self.exchange(way, port) {
            Err(trouble) => Finding::failed(check, self.worded(way, port, &trouble)),
            Ok(through) => {
                let text = format!("a packet went through {} and {}", through.from, through.to);
                match through.verdict {
                    Some(Verdict::Bad(why)) => Finding::failed(
                        check,
                        format!("{text}, but the certificate {why}: browsers refuse it"),
                    ),
                    Some(Verdict::UnknownIssuer) => Finding::warning(
                        check,
                        format!(
                            "{text}; the certificate is self-signed or of an unknown authority: \
                             browsers refuse it unless they were told to trust it"
                        ),
                    ),
                    Some(Verdict::ExpiresSoon) => Finding::warning(
                        check,
                        format!("{text}; the certificate expires within two weeks: renew it"),
                    ),
                    Some(Verdict::Good | Verdict::NoRoots) | None => Finding::ok(check, text),
                }
            }
        }
    }

    /// Two allocations, and a packet from one to the other.
    fn exchange(&self, way: Way, port: u16) -> Result<Through, Trouble> {
        let at = self.address(port)?;
        let (link, verdict) = Link::open(way, &self.host, at)?;
        let mut sender = Client::new(link);
        let mut receiver = Client::new(Link::open(way, &self.host, at)?.0);
        let from = sender.allocate(&self.credential())?;
        let to = receiver.allocate(&self.credential())?;
        sender.permit(to)?;
        receiver.permit(from)?;
        let payload: [u8; 32] = rand::random();
        let start = Instant::now();
        let mut sent: Option<Instant> = None;
        let arrived = loop {
            if sent.is_none_or(|at| at.elapsed() >= AGAIN_AFTER) {
                sender.send(to, &payload)?;
                sent = Some(Instant::now());
            }
            if receiver.receive(from)?.is_some_and(|arrived| arrived == payload) {
                break true;
            }
            if start.elapsed() >= THROUGH_WITHIN {
                break false;
            }
        };
        for client in [&mut sender, &mut receiver] {
            // An allocation that is not given back ends by itself.
            drop(client.release());
        }
        if arrived { Ok(Through { from, to, verdict }) } else { Err(Trouble::Lost) }
    }

    /// As browsers get them, for somebody who is in no call.
    fn credential(&self) -> TurnCredential {
        let now = Clock::start(None).now();
        let user = UserId::new(now, rand::random());
        self.secrets.issue(now, self.ttl, user, None)
    }

    fn address(&self, port: u16) -> std::io::Result<SocketAddr> {
        let found = (self.host.trim_matches(['[', ']']), port).to_socket_addrs()?.next();
        found.ok_or_else(|| std::io::Error::other("the name has no address"))
    }

    fn worded(&self, way: Way, port: u16, trouble: &Trouble) -> String {
        let place = format!("{}:{port} over {}", self.host, way.name());
        let setting = if self.own { "turn.listen" } else { "turn.host and turn.port" };
        match trouble {
            Trouble::Refused { code: 401, .. } => {
                let advice = if self.own {
                    "is the data folder the one of the server that runs, and turn.secret the same?"
                } else {
                    "is turn.secret the static-auth-secret of that server, and are both clocks right?"
                };
                format!("{place}: credentials are refused: {advice}")
            }
            Trouble::Refused { code: 486 | 508, .. } => {
                format!("{place}: {trouble}: the server is full; see turn.total_quota")
            }
            Trouble::Lost => format!(
                "{place}: allocations are made, but no packet comes through: are the relayed \
                 ports (turn.relay_ports) open, and is turn.public_address right?"
            ),
            Trouble::Silence | Trouble::Io(_) => format!(
                "{place}: {trouble}: does the server run, does {setting} say where, and is the \
                 port open in the firewall?"
            ),
            Trouble::Refused { .. } | Trouble::Nonsense => {
                format!("{place}: {trouble}: does another program listen there?")
            }
        }
    }
}

struct Through {
    from: SocketAddr,
    to: SocketAddr,
    verdict: Option<Verdict>,
}
