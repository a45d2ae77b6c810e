//! Accepting TCP, with limits.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::stream::Reception;
use crate::client_stream::accept;
use crate::doors::Doors;

/// One listening socket with what its connections need. Ends when the SFU stops.
#[derive(Debug)]
pub(super) struct Acceptor {
    pub(super) listener: TcpListener,
    pub(super) doors: Arc<Doors>,
    pub(super) reception: Reception,
    /// Dropped with the last task: tells that all are gone.
    pub(super) alive: mpsc::Sender<()>,
}

impl Acceptor {
    /// Accepts until the SFU stops.
    pub(super) async fn run(self) {
        let stopping = self.reception.stopping.clone();
        accept(&self.listener, stopping, |stream, client| self.welcome(stream, client)).await;
    }

    fn welcome(&self, stream: TcpStream, client: SocketAddr) {
        let Some(place) = self.doors.enter(client.ip()) else { return };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was lost at once");
            return;
        }
        let (reception, alive) = (self.reception.clone(), self.alive.clone());
        tokio::spawn(async move {
            reception.serve(BufReader::new(stream), client).await;
            drop((place, alive));
        });
    }
}
