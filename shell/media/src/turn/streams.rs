//! Accepting TCP and TLS, with limits.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ::turn::server::{FiveTuple, ListenerId, Transport};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;

use super::connection::serve;
use super::mailbox::Mailbox;
use crate::StreamLimits;
use crate::client_stream::accept;
use crate::doors::Doors;

/// The name of TURN in TLS (RFC 7443 §3).
const ALPN: &[u8] = b"stun.turn";

/// One listening TCP socket with what its connections need. Ends when the relay stops.
#[derive(Debug)]
pub(super) struct Acceptor {
    pub(super) listener: TcpListener,
    pub(super) id: ListenerId,
    pub(super) tls: Option<TlsConfigs>,
    pub(super) shared: Shared,
}

/// What all acceptors share.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    pub(super) mailboxes: Arc<[Mailbox]>,
    pub(super) doors: Arc<Doors>,
    pub(super) limits: StreamLimits,
    pub(super) stopping: watch::Receiver<bool>,
    /// Dropped with the last task: tells that all are gone.
    pub(super) alive: mpsc::Sender<()>,
    /// Connections so far, to spread them over the shards.
    pub(super) accepted: Arc<AtomicUsize>,
}

/// With and without ALPN: a client that offers other protocols than TURN's is served all the
/// same, and one that offers TURN's is told that it was understood.
#[derive(Debug, Clone)]
pub(super) struct TlsConfigs {
    plain: Arc<ServerConfig>,
    named: Arc<ServerConfig>,
}

impl TlsConfigs {
    pub(super) fn of(config: &ServerConfig) -> Self {
        let with = |alpn: Vec<Vec<u8>>| {
            let mut config = config.clone();
            config.alpn_protocols = alpn;
            Arc::new(config)
        };
        Self { plain: with(Vec::new()), named: with(vec![ALPN.to_vec()]) }
    }
}

impl Acceptor {
    /// Accepts until the relay stops.
    pub(super) async fn run(self) {
        let stopping = self.shared.stopping.clone();
        accept(&self.listener, stopping, |stream, client| self.welcome(stream, client)).await;
    }

    fn welcome(&self, stream: TcpStream, client: SocketAddr) {
        let Some(place) = self.shared.doors.enter(client.ip()) else { return };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was lost at once");
            return;
        }
        let tuple = FiveTuple { listener: self.id, client };
        let shared = self.shared.clone();
        let tls = self.tls.clone();
        tokio::spawn(async move {
            match tls {
                None => shared.serve(stream, tuple, Transport::Tcp).await,
                Some(tls) => {
                    let handshake = timeout(shared.limits.handshake, handshake(stream, tls));
                    match handshake.await {
                        Ok(Ok(stream)) => shared.serve(stream, tuple, Transport::Tls).await,
                        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                        Err(_) => tracing::debug!("a TLS handshake took too long"),
                    }
                }
            }
            drop(place);
        });
    }
}

impl Shared {
    async fn serve(
        self,
        stream: impl AsyncRead + AsyncWrite + Send,
        tuple: FiveTuple,
        transport: Transport,
    ) {
        let number = self.accepted.fetch_add(1, Ordering::Relaxed);
        let mailbox = self.mailboxes[number % self.mailboxes.len()].clone();
        serve(stream, tuple, transport, mailbox, self.limits, self.stopping).await;
        drop(self.alive);
    }
}

async fn handshake(
    stream: TcpStream,
    tls: TlsConfigs,
) -> io::Result<tokio_rustls::server::TlsStream<TcpStream>> {
    let start = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), stream).await?;
    let named = start.client_hello().alpn().is_some_and(|mut names| names.any(|name| name == ALPN));
    start.into_stream(if named { tls.named } else { tls.plain }).await
}
