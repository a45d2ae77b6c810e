//! A UDP socket that clients send to, as one shard has it.

use std::net::{SocketAddr, UdpSocket};

use datagram::{Batch, Sender};

/// Datagrams after which a batch is sent: enough for system calls to pay, few enough to stay in
/// the processor's cache and to leave within the same millisecond.
pub(crate) const FULL_BATCH: usize = 128;

/// One listening socket and what waits to leave from it.
#[derive(Debug)]
pub(crate) struct ClientSocket {
    socket: UdpSocket,
    batch: Batch,
}

impl ClientSocket {
    pub(crate) fn new(socket: UdpSocket) -> Self {
        Self { socket, batch: Batch::new() }
    }

    pub(crate) const fn socket(&self) -> &UdpSocket {
        &self.socket
    }

    /// Adds a datagram; sends them all when there are many.
    pub(crate) fn push(&mut self, client: SocketAddr, parts: &[&[u8]], sender: &mut Sender) {
        self.batch.push(client, parts);
        if self.batch.len() >= FULL_BATCH {
            self.flush(sender);
        }
    }

    /// Forgets what waits.
    pub(crate) fn clear(&mut self) {
        self.batch.clear();
    }

    pub(crate) fn flush(&mut self, sender: &mut Sender) {
        if !self.batch.is_empty() {
            sender.send_all(&self.socket, &self.batch);
            self.batch.clear();
        }
    }
}
