//! What peers on the network cannot do to the accepting side.

use std::time::Duration;

use axum::routing::get;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<anyhow::Result<()>>,
}

async fn run(tls: Option<TlsAcceptor>, limits: Limits) -> Running {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listener = Listener { tcp, tls, limits };
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route(
            "/",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }),
        )
        .route("/endless", get(|| async { Body::from(vec![b'x'; 64 * 1024 * 1024]) }));
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(listener.serve(router, async { drop(stopped.await) }));
    Running { address, stop, served }
}

fn short() -> Limits {
    let soon = Duration::from_millis(200);
    Limits { headers_within: soon, handshake_within: soon, write_within: soon, connections: 100 }
}

async fn answer(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A peer that is cut off gets a reset instead of an end.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const GET: &str = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn requests_know_the_address_of_their_peer() {
    let running = run(None, Limits::default()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let own = stream.local_addr().unwrap().to_string();
    let answer = answer(&mut stream, GET).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(&own), "{answer}");
}

#[tokio::test]
async fn headers_that_never_end_are_not_waited_for() {
    let running = run(None, short()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let answer = answer(&mut stream, "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn headers_beyond_16_kib_are_refused() {
    let running = run(None, Limits::default()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let long = format!("GET / HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "a".repeat(20_000));
    let answer = answer(&mut stream, &long).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_peer_that_stops_reading_is_cut_off() {
    let running = run(None, short()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    // Nothing is read until the server has closed; only then is what is left looked at.
    let mut closing = [0];
    stream.peek(&mut closing).await.unwrap();
    running.stop.send(()).unwrap();
    // A connection that is written to for ever would keep it for the whole two seconds.
    let before = tokio::time::Instant::now();
    running.served.await.unwrap().unwrap();
    assert!(before.elapsed() < Duration::from_millis(1_500), "{:?}", before.elapsed());
    let mut left = Vec::new();
    let _ = stream.read_to_end(&mut left).await;
    assert!(left.len() < 64 * 1024 * 1024);
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_for_another_to_close() {
    let limits = Limits { connections: 1, ..Limits::default() };
    let running = run(None, limits).await;
    let first = TcpStream::connect(running.address).await.unwrap();
    let mut second = TcpStream::connect(running.address).await.unwrap();
    second.write_all(GET.as_bytes()).await.unwrap();
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(100), second.peek(&mut byte)).await;
    assert!(early.is_err(), "the second was served beside the first");
    drop(first);
    assert_eq!(second.read(&mut byte).await.unwrap(), 1);
}

#[tokio::test]
async fn a_self_signed_certificate_is_kept_and_speaks_tls() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["localhost".to_owned()];
    let (cert, key) = certificate::self_signed(folder.path(), &names).unwrap();
    let before = std::fs::read(&cert).unwrap();
    certificate::self_signed(folder.path(), &names).unwrap();
    assert_eq!(std::fs::read(&cert).unwrap(), before);

    let running =
        run(Some(certificate::web(certificate::from_files(&cert, &key).unwrap())), short()).await;
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&cert).unwrap()).unwrap();
    let config =
        rustls::ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let tcp = TcpStream::connect(running.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = connector.connect(name, tcp).await.unwrap();
    let answer = answer(&mut stream, GET).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = certificate::self_signed(folder.path(), &["localhost".to_owned()]).unwrap();
    let running =
        run(Some(certificate::web(certificate::from_files(&cert, &key).unwrap())), short()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    assert_eq!(answer(&mut stream, "").await, "");
}

#[tokio::test]
async fn requests_under_way_are_finished_when_the_server_stops() {
    let running = run(None, Limits::default()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut byte = [0];
    stream.peek(&mut byte).await.unwrap();
    running.stop.send(()).unwrap();
    let answer = answer(&mut stream, "").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    running.served.await.unwrap().unwrap();
    assert!(TcpStream::connect(running.address).await.is_err());
}
