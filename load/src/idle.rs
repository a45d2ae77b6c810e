//! Resident memory per authenticated socket that does nothing.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::{People, Program, Socket, slope};

/// How long the server may come to rest before its memory is read.
const REST: Duration = Duration::from_millis(1_500);
/// Sockets from one address; a server limits them.
const PER_ADDRESS: usize = 500;

/// How many sockets there are when memory is read.
#[derive(Debug, Clone)]
pub struct Idle {
    /// Numbers of sockets, growing.
    pub steps: Vec<usize>,
}

/// What was read.
#[derive(Debug, Clone)]
pub struct Rested {
    /// Sockets and bytes of resident memory.
    pub points: Vec<(usize, u64)>,
    /// Bytes per socket: the slope through the points.
    pub per_socket: f64,
}

impl Idle {
    /// Connects sockets step by step, everybody with several devices, and reads the memory.
    ///
    /// # Errors
    /// When the server refuses a socket or closes one.
    pub async fn run(&self, server: &Program, people: &People) -> anyhow::Result<Rested> {
        let everybody: Vec<_> = people.everybody().collect();
        let mut open = JoinSet::new();
        let mut points = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            for index in open.len()..*step {
                let person = everybody[index % everybody.len()];
                let device = format!("idle-{}", index / everybody.len());
                let from = address(index)?;
                let connecting = Socket::connect(server.address, from, &person.token, &device);
                let socket = connecting.await.with_context(|| format!("socket {index}"))?;
                open.spawn(socket.idle());
            }
            sleep(REST).await;
            ensure!(open.try_join_next().is_none(), "the server closed an idle socket");
            points.push((*step, server.resident()?));
        }
        let line: Vec<(f64, f64)> = points.iter().map(|(x, y)| (*x as f64, *y as f64)).collect();
        let per_socket =
            slope(&line).context("memory is read at two numbers of sockets at least")?;
        open.shutdown().await;
        Ok(Rested { points, per_socket })
    }
}

/// The loopback address that a socket comes from.
fn address(index: usize) -> anyhow::Result<IpAddr> {
    let last = u8::try_from(index / PER_ADDRESS + 1).context("too many sockets")?;
    Ok(Ipv4Addr::new(127, 0, 1, last).into())
}
