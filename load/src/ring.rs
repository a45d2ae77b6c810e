//! From `call:initiate` to `call:incoming` at the callee, at a modest fixed rate.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::{Latency, Pair, Socket};

/// How calls are started.
#[derive(Debug, Clone, Copy)]
pub struct Ringing {
    /// Calls per second, of all pairs, whatever the answers take (open loop).
    pub rate: u32,
    /// Calls before those that count.
    pub warm_up: u32,
    /// Calls that count.
    pub calls: u32,
}

/// How long things took, each from the moment the command was due.
#[derive(Debug, Clone, Default)]
pub struct Rung {
    /// `call:initiate` until its acknowledgement.
    pub acknowledged: Latency,
    /// `call:initiate` until `call:incoming` at the callee.
    pub incoming: Latency,
    /// `call:accept` until `call:accepted` at the caller.
    pub accepted: Latency,
}

impl Ringing {
    /// Rings the pairs in turn; every other call is answered, the rest cancelled, all are ended.
    ///
    /// # Errors
    /// When a call is refused or an event does not come.
    pub async fn run(self, server: SocketAddr, pairs: &[Pair]) -> anyhow::Result<Rung> {
        let mut callings = Vec::with_capacity(pairs.len());
        for pair in pairs {
            callings.push(Calling::open(server, pair).await?);
        }
        let origin = Instant::now();
        let step = Duration::from_secs(1) / self.rate;
        let mut running = JoinSet::new();
        for (first, mut calling) in (0_u32..).zip(callings) {
            let turns = pairs.len();
            running.spawn(async move {
                let mut rung = Rung::default();
                for index in (first..self.warm_up + self.calls).step_by(turns) {
                    let due = step * (index + 1);
                    sleep_until(origin + due).await;
                    let took = calling.call(origin, due, index % 2 == 0).await;
                    let took = took.with_context(|| format!("call {index}"))?;
                    if index >= self.warm_up {
                        rung.record(&took);
                    }
                }
                anyhow::Ok(rung)
            });
        }
        let mut all = Rung::default();
        while let Some(rung) = running.join_next().await {
            all.add(&rung.context("a pair's task")??);
        }
        ensure!(all.incoming.count() == self.calls as usize, "every call rang once");
        Ok(all)
    }
}

/// A pair on the line.
struct Calling {
    caller: Socket,
    callee: Socket,
    conversation: String,
}

/// What one call took.
struct Took {
    acknowledged: Duration,
    incoming: Duration,
    accepted: Option<Duration>,
}

impl Calling {
    async fn open(server: SocketAddr, pair: &Pair) -> anyhow::Result<Self> {
        let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let caller = Socket::connect(server, from, &pair.caller.token, "ringing").await?;
        let callee = Socket::connect(server, from, &pair.callee.token, "ringing").await?;
        Ok(Self { caller, callee, conversation: pair.conversation.clone() })
    }

    /// One call, its due time in the payload.
    async fn call(
        &mut self,
        origin: Instant,
        due: Duration,
        answered: bool,
    ) -> anyhow::Result<Took> {
        let initiate = json!({
            "conversationId": self.conversation,
            "type": "audio",
            "metadata": { "dueMicros": due.as_micros() },
        });
        let (acknowledged, incoming) = tokio::join!(
            timed(origin, self.caller.ask("call:initiate", &initiate)),
            timed(origin, self.callee.expect("call:incoming")),
        );
        let ((answer, acknowledged), (rung, incoming)) = (acknowledged?, incoming?);
        ensure!(answer["callId"] == rung["callId"], "another call rang");
        let micros = rung["metadata"]["dueMicros"].as_u64().context("the payload arrives whole")?;
        let call = json!({ "callId": answer["callId"] });
        let accepted = if answered { Some(self.accept(&call).await?) } else { None };
        self.caller.ask("call:end", &call).await?;
        self.callee.expect("call:ended").await?;
        Ok(Took {
            acknowledged: acknowledged.saturating_sub(due),
            incoming: incoming.saturating_sub(Duration::from_micros(micros)),
            accepted,
        })
    }

    async fn accept(&mut self, call: &Value) -> anyhow::Result<Duration> {
        let start = Instant::now();
        let (answer, accepted) = tokio::join!(
            self.callee.ask("call:accept", call),
            timed(start, self.caller.expect("call:accepted")),
        );
        answer?;
        Ok(accepted?.1)
    }
}

async fn timed<T>(
    origin: Instant,
    waiting: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<(T, Duration)> {
    let answer = waiting.await?;
    Ok((answer, origin.elapsed()))
}

impl Rung {
    fn record(&mut self, took: &Took) {
        self.acknowledged.record(took.acknowledged);
        self.incoming.record(took.incoming);
        if let Some(accepted) = took.accepted {
            self.accepted.record(accepted);
        }
    }

    fn add(&mut self, other: &Self) {
        self.acknowledged.add(&other.acknowledged);
        self.incoming.add(&other.incoming);
        self.accepted.add(&other.accepted);
    }
}
