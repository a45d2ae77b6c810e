//! A UDP socket that clients send to, as one shard has it.

use std::net::{SocketAddr, UdpSocket};

use datagram::{Batch, Sender};

/// Datagrams after which a batch is sent: enough for system calls to pay, few enough to stay in
/// the processor's cache and to leave within the same millisecond.
pub(crate) const FULL_BATCH: usize = 128;

/// The same of a socket whose datagrams are grouped: a picture's packets to a hundred listeners.
/// More would leave the processor's cache before they leave.
const FULL_GROUPS: usize = 512;

/// One listening socket and what waits to leave from it.
#[derive(Debug)]
pub(crate) struct ClientSocket {
    socket: UdpSocket,
    batch: Batch,
    full: usize,
    /// The order of a batch whose datagrams are grouped by where they go.
    groups: Option<Vec<usize>>,
}

impl ClientSocket {
    pub(crate) fn new(socket: UdpSocket) -> Self {
        Self { socket, batch: Batch::new(), full: FULL_BATCH, groups: None }
    }

    /// One on which each packet goes to many: what goes to one of them leaves together.
    pub(crate) fn to_many(socket: UdpSocket) -> Self {
        let groups = Some(Vec::with_capacity(FULL_GROUPS));
        Self { socket, batch: Batch::new(), full: FULL_GROUPS, groups }
    }

    pub(crate) const fn socket(&self) -> &UdpSocket {
        &self.socket
    }

    /// Adds a datagram; sends them all when there are many.
    pub(crate) fn push(&mut self, client: SocketAddr, parts: &[&[u8]], sender: &mut Sender) {
        self.batch.push(client, parts);
        if self.batch.len() >= self.full {
            self.flush(sender);
        }
    }

    /// Forgets what waits.
    pub(crate) fn clear(&mut self) {
        self.batch.clear();
    }

    pub(crate) fn flush(&mut self, sender: &mut Sender) {
        if !self.batch.is_empty() {
            match &mut self.groups {
                Some(groups) => {
                    self.batch.grouped(groups);
                    sender.send(&self.socket, &self.batch, groups.iter().copied());
                }
                None => sender.send_all(&self.socket, &self.batch),
            }
            self.batch.clear();
        }
    }
}
