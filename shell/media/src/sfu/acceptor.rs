//! Accepting TCP, with limits.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::stream::Reception;
use crate::doors::Doors;

/// How long no connection is accepted when the system has no descriptor left.
const BREATH: Duration = Duration::from_millis(100);

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
        let mut stopping = self.reception.stopping.clone();
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                _ = stopping.wait_for(|stopping| *stopping) => return,
            };
            match accepted {
                Ok((stream, client)) => self.welcome(stream, client),
                Err(error) => {
                    // A client that gave up meanwhile, or no descriptor left.
                    tracing::debug!(%error, "a connection to the SFU was not accepted");
                    if error.kind() != io::ErrorKind::ConnectionAborted {
                        sleep(BREATH).await;
                    }
                }
            }
        }
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
