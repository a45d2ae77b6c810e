//! The accepting side: TLS, time limits, connection limit, and the way to stop.
//!
//! | module | what |
//! |---|---|
//! | `streams` | a write time limit under TLS, a byte count above it |
//! | `certificate` | the certificate from files, or a self-signed one of our own |

pub(crate) mod certificate;
mod streams;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use realtime::Pipe;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tower::Service as _;

use crate::config::Config;
use streams::{Metered, Patient};

/// From the first byte of a request to the end of its headers, and how long a connection may
/// be idle between requests. Lower cuts off slow networks, higher helps those who hold
/// connections open on purpose.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// The most that headers may hold; more is answered 431.
const MAX_HEADERS: usize = 16 * 1024;
/// From the accepted connection to the end of the TLS handshake.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// A peer that reads nothing for this long is cut off.
const WRITE_WITHIN: Duration = Duration::from_secs(8);
/// Connections at the same time; further ones wait in the system's queue. Each costs a file
/// descriptor and some 10 kB.
const MAX_CONNECTIONS: usize = 20_000;
/// After a failed accept, for example for want of file descriptors.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(200);
/// What requests under way may take when the server stops.
const FINISH_WITHIN: Duration = Duration::from_secs(2);

/// Accepts connections and serves requests on them.
pub(crate) struct Listener {
    tcp: TcpListener,
    tls: Option<TlsAcceptor>,
    limits: Limits,
}

/// The time limits and the connection limit.
#[derive(Debug, Clone, Copy)]
struct Limits {
    headers_within: Duration,
    handshake_within: Duration,
    write_within: Duration,
    connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers_within: HEADERS_WITHIN,
            handshake_within: HANDSHAKE_WITHIN,
            write_within: WRITE_WITHIN,
            connections: MAX_CONNECTIONS,
        }
    }
}

/// One accepted connection on its way to a request.
struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    limits: Limits,
    stop: watch::Receiver<bool>,
    /// Given back when the network connection is closed, also after an upgrade.
    permit: OwnedSemaphorePermit,
}

impl Listener {
    /// Opens the configured port; reads or makes the certificate.
    pub(crate) async fn bind(config: &Config) -> anyhow::Result<Self> {
        let tls = certificate::acceptor(config)?;
        let address = config.listen;
        let tcp = TcpListener::bind(address).await;
        let tcp = tcp.with_context(|| format!("{address} cannot be listened on"))?;
        Ok(Self { tcp, tls, limits: Limits::default() })
    }

    /// The address, with the port that the system chose if it was to choose one.
    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Serves until `stop`; then accepts nothing more and gives requests under way a moment.
    /// WebSockets stay open: they are closed by whoever speaks on them.
    pub(crate) async fn serve(
        self,
        router: Router,
        stop: impl Future<Output = ()>,
    ) -> anyhow::Result<()> {
        let Self { tcp, tls, limits } = self;
        let (stop_sender, stopped) = watch::channel(false);
        let (running, mut finished) = mpsc::channel::<Infallible>(1);
        let permits = Arc::new(Semaphore::new(limits.connections));
        let accepting = async {
            loop {
                let permit = Arc::clone(&permits).acquire_owned().await;
                let Ok(permit) = permit else { return };
                let (stream, peer) = accept(&tcp).await;
                let stop = stopped.clone();
                let accepted = Accepted { stream, peer, limits, stop, permit };
                let (router, tls, running) = (router.clone(), tls.clone(), running.clone());
                tokio::spawn(async move {
                    accepted.serve(router, tls).await;
                    drop(running);
                });
            }
        };
        tokio::select! {
            () = accepting => {}
            () = stop => {}
        }
        drop((tcp, running));
        // Nobody listens when no connection is open.
        let _ = stop_sender.send(true);
        // Polling requests of sockets wait until the sockets are closed, later.
        let _ = tokio::time::timeout(FINISH_WITHIN, finished.recv()).await;
        Ok(())
    }
}

async fn accept(tcp: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match tcp.accept().await {
            Ok(accepted) => return accepted,
            // The peer was gone before it was accepted.
            Err(error) if is_about_the_peer(error.kind()) => {}
            Err(error) => {
                tracing::error!(%error, "connections cannot be accepted");
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
            }
        }
    }
}

fn is_about_the_peer(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

impl Accepted {
    async fn serve(self, router: Router, tls: Option<TlsAcceptor>) {
        let Self { stream, peer, limits, stop, permit } = self;
        // Small frames go out at once; without this only slower.
        let _ = stream.set_nodelay(true);
        let pipe = Pipe::default();
        let stream = Patient::new(stream, limits.write_within, pipe.clone(), permit);
        let Some(tls) = tls else {
            return requests(Metered::new(stream, pipe.clone()), pipe, peer, limits, stop, router)
                .await;
        };
        match tokio::time::timeout(limits.handshake_within, tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                let stream = Metered::new(stream, pipe.clone());
                requests(stream, pipe, peer, limits, stop, router).await;
            }
            Ok(Err(error)) => tracing::trace!(%error, "TLS handshake failed"),
            Err(_) => tracing::trace!("TLS handshake took too long"),
        }
    }
}

async fn requests<S>(
    stream: S,
    pipe: Pipe,
    peer: SocketAddr,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
    router: Router,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(pipe.clone());
        router.clone().call(request)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers_within)
        .max_buf_size(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::trace!(%error, "connection ended");
    }
}

/// Returns once the server stops. Gives nothing back: what `wait_for` returns holds a lock.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

#[cfg(test)]
mod tests;
