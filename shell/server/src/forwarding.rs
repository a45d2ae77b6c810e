//! The SFU of a running server, and what goes between it and the calls.
//!
//! | module | what |
//! |---|---|
//! | `ports` | where it listens in the end |

pub(crate) mod ports;

use std::sync::Arc;

use anyhow::Context as _;
use call::SfuPolicy;
use media::sfu::{Inlet, Sfu, SfuSettings, StartError};
use sfu::{Order, Report};
use switchboard::{MediaServer, Switchboard};
use tokio::sync::mpsc;
use vocab::CallId;

use crate::config::{Config, EmbeddedSfu, SfuCalls};
use crate::relaying::addresses::{Addresses, Machine};

/// How often free ports are looked for that another program takes before we do.
const ATTEMPTS: u32 = 8;

/// The SFU, when it runs.
#[derive(Debug)]
pub(crate) struct Forwarding {
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    sfu: Arc<Sfu>,
    reports: mpsc::Receiver<(CallId, Report)>,
    policy: SfuPolicy,
}

/// The SFU as calls see it.
#[derive(Debug)]
struct Rooms(Arc<Sfu>);

impl MediaServer for Rooms {
    fn order(&self, call: CallId, order: Order) {
        self.0.order(call, order);
    }
}

impl Forwarding {
    /// Starts the SFU if it is to run.
    ///
    /// # Errors
    /// One sentence when it cannot listen.
    pub(crate) fn start(config: &Config) -> anyhow::Result<Self> {
        if let Some(why) = config.sfu.left_out {
            tracing::warn!("{why}");
        }
        let running = config.sfu.embedded.as_ref().map(start).transpose()?;
        Ok(Self { running })
    }

    /// Which calls go through it.
    pub(crate) fn policy(&self) -> SfuPolicy {
        self.running.as_ref().map_or(SfuPolicy::Off, |running| running.policy)
    }

    /// Where our own relay brings what its clients send to the SFU.
    pub(crate) fn inlet(&self) -> Option<Inlet> {
        self.running.as_ref().map(|running| running.sfu.inlet())
    }

    /// What calls give their orders to.
    pub(crate) fn rooms(&self) -> Option<Arc<dyn MediaServer>> {
        let running = self.running.as_ref()?;
        Some(Arc::new(Rooms(Arc::clone(&running.sfu))))
    }

    /// Carries word of the rooms to the calls until the SFU stops.
    pub(crate) fn tell(&mut self, switchboard: &Switchboard) {
        let Some(running) = &mut self.running else { return };
        let switchboard = switchboard.clone();
        let (_, none) = mpsc::channel(1);
        let mut reports = std::mem::replace(&mut running.reports, none);
        tokio::spawn(async move {
            while let Some((call, report)) = reports.recv().await {
                switchboard.media_report(call, report).await;
            }
        });
    }

    /// Stops it: its ports are free afterwards.
    pub(crate) async fn stop(self) {
        let Some(Running { sfu, .. }) = self.running else { return };
        let counters = sfu.counters();
        tracing::info!(
            forwarded = counters.sum(|shard| shard.forwarded),
            refused = counters.sum(|shard| shard.refused),
            peer_panics = counters.sum(|shard| shard.peer_panics),
            room_failures = counters.sum(|shard| shard.room_failures),
            lost_reports = counters.sum(|shard| shard.lost_reports),
            relayed = counters.sum(|shard| shard.from_relay),
            lost_hand_overs = counters.sum(|shard| shard.lost_hand_overs),
            "the SFU stops"
        );
        sfu.shutdown().await;
    }
}

fn start(config: &EmbeddedSfu) -> anyhow::Result<Running> {
    let machine = Machine::look().context("the addresses of this machine cannot be read")?;
    let addresses = Addresses::of_sfu(config, &machine).map_err(anyhow::Error::msg)?;
    if let Some(private) = addresses.private {
        tracing::warn!(
            "the SFU is at {private}, an address of a private network: when others are to come \
             from outside it, set sfu_public_address"
        );
    }
    let shards = shards(config.shards);
    let mut sfu = listen(config, &addresses, shards)?;
    let reports = sfu.reports();
    let policy = match config.calls {
        SfuCalls::Larger => SfuPolicy::Auto,
        SfuCalls::All => SfuPolicy::Only,
    };
    Ok(Running { sfu: Arc::new(sfu), reports, policy })
}

/// Starts it on the first ports that are free for it.
fn listen(config: &EmbeddedSfu, addresses: &Addresses, shards: usize) -> anyhow::Result<Sfu> {
    for attempt in 1.. {
        let places = ports::choose(config, &addresses.bound, shards)
            .map_err(|error| refused(&error, config))?;
        let settings = SfuSettings {
            udp: places.udp,
            tcp: places.tcp,
            advertised: addresses.told().collect(),
            shards,
            bandwidth_estimation: config.bandwidth_estimation,
            ..SfuSettings::default()
        };
        match Sfu::start(settings) {
            Ok(sfu) => return Ok(sfu),
            // Somebody took a port after it was found free.
            Err(StartError::Listen { .. }) if places.chosen && attempt < ATTEMPTS => {}
            Err(error) => return Err(refused(&error, config)),
        }
    }
    anyhow::bail!("no port was free for the SFU")
}

fn refused(error: &dyn std::error::Error, config: &EmbeddedSfu) -> anyhow::Error {
    let listen = if config.listen.named { "sfu_listen is free for it" } else { "the port is free" };
    anyhow::anyhow!(
        "the SFU does not start: {error}; see that {listen}, set sfu_listen to another address, or \
         set sfu = \"off\""
    )
}

/// As many as were asked for, else one for each processor.
pub(crate) fn shards(asked: usize) -> usize {
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    let shards = if asked == 0 { processors() } else { asked };
    shards.min(SfuSettings::MAX_SHARDS)
}
