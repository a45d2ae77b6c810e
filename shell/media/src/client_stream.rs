//! TCP to clients, as TURN and the SFU have it alike: accepting, and writing what a shard has.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

/// How long no connection is accepted when the system has no descriptor left.
const BREATH: Duration = Duration::from_millis(100);

/// Welcomes connections until `stopping` says so.
pub(crate) async fn accept(
    listener: &TcpListener,
    mut stopping: watch::Receiver<bool>,
    mut welcome: impl FnMut(TcpStream, SocketAddr),
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => return,
        };
        match accepted {
            Ok((stream, client)) => welcome(stream, client),
            Err(error) => {
                // A client that gave up meanwhile, or no descriptor left.
                tracing::debug!(%error, "a connection was not accepted");
                if error.kind() != io::ErrorKind::ConnectionAborted {
                    sleep(BREATH).await;
                }
            }
        }
    }
}

/// Writes what the shard has for the client, up to `together` messages at once. Ends when a write
/// is stuck or fails.
pub(crate) async fn write(
    mut writer: impl AsyncWrite + Unpin,
    mut answers: mpsc::Receiver<Vec<u8>>,
    together: usize,
    patience: Duration,
    waiting: &AtomicUsize,
) {
    let mut messages = Vec::with_capacity(together);
    let mut bytes = Vec::new();
    while answers.recv_many(&mut messages, together).await > 0 {
        bytes.clear();
        for message in messages.drain(..) {
            bytes.extend_from_slice(&message);
        }
        let written = timeout(patience, async {
            writer.write_all(&bytes).await?;
            writer.flush().await
        });
        match written.await {
            Ok(Ok(())) => waiting.fetch_sub(bytes.len(), Ordering::Relaxed),
            Ok(Err(_)) | Err(_) => return,
        };
    }
}
