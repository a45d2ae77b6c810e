//! Candidates relayed between the two participants of calls, at a fixed rate.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use futures_util::future::try_join_all;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::socket::event_name;
use crate::{Packet, Pair, Socket};

/// How long after the last candidate its delivery and acknowledgement may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Calls whose participants are connected and talk.
#[derive(Debug)]
pub struct Relay {
    sides: Vec<Side>,
}

/// One participant.
#[derive(Debug)]
struct Side {
    socket: Socket,
    call: String,
    target: String,
}

/// One window of load.
#[derive(Debug, Clone, Copy)]
pub struct Candidates {
    /// Candidates per second, of all participants.
    pub rate: u32,
    /// Candidates that every participant sends.
    pub each: u32,
}

impl Relay {
    /// Connects the pairs and puts each into a call.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn open(server: SocketAddr, pairs: &[Pair]) -> anyhow::Result<Self> {
        let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let mut sides = Vec::with_capacity(2 * pairs.len());
        for pair in pairs {
            let mut caller = Socket::connect(server, from, &pair.caller.token, "relay").await?;
            let mut callee = Socket::connect(server, from, &pair.callee.token, "relay").await?;
            let initiate = json!({ "conversationId": pair.conversation, "type": "audio" });
            let started = caller.ask("call:initiate", &initiate).await?;
            let call = started["callId"].as_str().context("a call has an id")?.to_owned();
            callee.ask("call:accept", &json!({ "callId": call })).await?;
            let (caller_id, callee_id) = (pair.caller.id.clone(), pair.callee.id.clone());
            sides.push(Side { socket: caller, call: call.clone(), target: callee_id });
            sides.push(Side { socket: callee, call, target: caller_id });
        }
        Ok(Self { sides })
    }

    /// Everybody sends; the number of candidates that were relayed, each one delivered once, in
    /// order, and acknowledged.
    ///
    /// # Errors
    /// When one is lost, refused, doubled or out of order.
    pub async fn run(&mut self, load: Candidates) -> anyhow::Result<u64> {
        let start = Instant::now() + Duration::from_millis(20);
        let step = Duration::from_secs(1) / load.rate;
        let sides = u32::try_from(self.sides.len()).context("too many participants")?;
        let mut running = JoinSet::new();
        for (index, mut side) in (0_u32..).zip(self.sides.drain(..)) {
            running.spawn(async move {
                let (first, step) = (start + step * index, step * sides);
                side.send_and_hear(first, step, load.each).await.map(|()| (index, side))
            });
        }
        let mut back = Vec::with_capacity(running.len());
        while let Some(side) = running.join_next().await {
            back.push(side.context("a participant's task")??);
        }
        back.sort_by_key(|(index, _)| *index);
        self.sides = back.into_iter().map(|(_, side)| side).collect();
        Ok(u64::from(load.each) * u64::from(sides))
    }

    /// Answers the server's pings, while the participants of another server send.
    ///
    /// # Errors
    /// When the server closes a connection; otherwise it does not end, and may be dropped.
    pub async fn stay(&mut self) -> anyhow::Result<Infallible> {
        let staying = self.sides.iter_mut().map(Side::stay);
        try_join_all(staying).await?;
        bail!("nobody stays where nobody is")
    }
}

impl Side {
    async fn stay(&mut self) -> anyhow::Result<Infallible> {
        loop {
            self.socket.next().await?;
        }
    }

    async fn send_and_hear(
        &mut self,
        first: Instant,
        step: Duration,
        each: u32,
    ) -> anyhow::Result<()> {
        let deadline = first + step * each + PATIENCE;
        let (mut sent, mut acknowledged, mut heard) = (0, 0, 0);
        while sent < each || acknowledged < each || heard < each {
            tokio::select! {
                () = sleep_until(first + step * sent), if sent < each => {
                    let payload = candidate(&self.call, &self.target, sent);
                    self.socket.emit("call:ice-candidate", &payload).await?;
                    sent += 1;
                }
                packet = timeout_at(deadline, self.socket.next()) => {
                    let packet = packet.with_context(|| format!(
                        "of {each} candidates {acknowledged} were acknowledged, {heard} delivered"
                    ))?;
                    match packet? {
                        Packet::Ack(_, body) => {
                            ensure!(body.contains(r#""ok":true"#), "refused: {body}");
                            acknowledged += 1;
                        }
                        Packet::Event(body) if event_name(&body) == "call:ice-candidate" => {
                            ensure!(number(&body) == Some(heard), "{heard} expected: {body}");
                            heard += 1;
                        }
                        Packet::Event(_) => {}
                    }
                }
            }
        }
        Ok(())
    }
}

/// A payload as browsers send it; its number is the candidate's foundation.
fn candidate(call: &str, target: &str, number: u32) -> String {
    format!(
        r#"{{"callId":"{call}","targetUserId":"{target}","candidate":{{"candidate":"candidate:{number} 1 udp 2113937151 192.0.2.17 54400 typ host generation 0 ufrag 4ZcD network-cost 999","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"4ZcD"}}}}"#
    )
}

/// The number of a candidate that was delivered.
fn number(packet: &str) -> Option<u32> {
    let (_, rest) = packet.split_once("candidate:")?;
    rest.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_candidate_survives_the_relay() {
        let payload = candidate("c", "t", 4711);
        let parsed: serde_json::Value = serde_json::from_str(&payload).unwrap();
        let delivered = json!(["call:ice-candidate", { "candidate": parsed["candidate"] }]);
        assert_eq!(number(&format!("42{delivered}")), Some(4711));
        assert_eq!(number(r#"42["call:ended",{}]"#), None);
    }
}
