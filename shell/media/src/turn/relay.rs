//! The running relay: start, calls, counters, shutdown.

use std::io;
use std::sync::{Arc, Mutex, PoisonError, mpsc as std_mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ::turn::server::{ListenerId, Registry, Server, Transport};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use vocab::{CallId, UserId};

use super::book::Book;
use super::clock::Clock;
use super::counters::{LocalAddresses, RelayCounters};
use super::inlet::Inlet;
use super::listen::relay_addresses;
use super::mailbox::{Inbox, Mailbox, Order, mailbox};
use super::outlets::{Inlets, Outlets};
use super::relays::{Bind, Relays};
use super::settings::{RelaySettings, StartError};
use super::shard::{Engines, Shard, Token};
use super::streams::{Acceptor, Shared, TlsConfigs};
use crate::client_socket::ClientSocket;
use crate::doors::Doors;
use crate::listen::{self, UdpListener};
use crate::machine::{raise_descriptor_limit, stay_on_processor};
use crate::sfu;

/// How long a shard may take to tell its counters before it is left out.
const COUNTING: Duration = Duration::from_secs(1);

/// A TURN server that runs. Dropping it stops it without waiting for its connections.
#[derive(Debug)]
pub struct Relay {
    addresses: LocalAddresses,
    book: Arc<Book>,
    mailboxes: Arc<[Mailbox]>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    stopping: watch::Sender<bool>,
    /// Ends when the last task of the streams has.
    tasks: tokio::sync::Mutex<mpsc::Receiver<()>>,
}

impl Relay {
    /// Opens all sockets and starts the threads. With TCP or TLS addresses it must be called
    /// within a runtime, which then runs their connections.
    ///
    /// # Errors
    /// [`StartError`]; nothing is left open then.
    pub fn start(mut settings: RelaySettings) -> Result<Self, StartError> {
        check(&settings)?;
        settings.turn.media = settings.sfu.iter().flat_map(sfu::Inlet::addresses).collect();
        raise_descriptor_limit();
        let bind = relay_addresses(&settings)?;
        let udp = listen::udp(&settings.udp, settings.shards)?;
        let tcp = listen::tcp(&settings.tcp, "TCP")?;
        let tls = listen::tcp(&settings.tls, "TLS")?;
        let local = |listener: &TcpListener| listener.local_addr();
        let addresses = LocalAddresses {
            udp: udp.iter().map(|listener| listener.address).collect(),
            tcp: tcp.iter().map(local).collect::<io::Result<_>>()?,
            tls: tls.iter().map(local).collect::<io::Result<_>>()?,
        };
        let clock = Clock::start();
        let book = Arc::new(Book::new(clock.started().instant, &settings));
        let (mailboxes, inboxes) = mailboxes(settings.shards)?;
        let (stopping, stop) = watch::channel(false);
        let (alive, tasks) = mpsc::channel(1);
        let relay = Self {
            addresses,
            book,
            mailboxes,
            threads: Mutex::default(),
            stopping,
            tasks: tokio::sync::Mutex::new(tasks),
        };
        // From here on, dropping `relay` stops what was started.
        relay.start_shards(&settings, &bind, udp, inboxes, clock)?;
        let shared = Shared {
            mailboxes: Arc::clone(&relay.mailboxes),
            doors: Arc::new(Doors::new(&settings.streams)),
            limits: settings.streams,
            stopping: stop,
            alive,
            accepted: Arc::default(),
        };
        relay.start_streams(&settings, tcp, tls, &shared)?;
        if let Some(sfu) = &settings.sfu {
            let inlet = Inlet::new(Arc::clone(&relay.book), Arc::clone(&relay.mailboxes));
            sfu.lead_back(inlet).map_err(|sfu::Taken| StartError::Settings(SECOND_RELAY))?;
        }
        let LocalAddresses { udp, tcp, tls } = &relay.addresses;
        tracing::info!(?udp, ?tcp, ?tls, shards = settings.shards, "the relay listens");
        Ok(relay)
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addresses(&self) -> &LocalAddresses {
        &self.addresses
    }

    /// Who may relay for a call: the whole set, each time it changes; nobody when the call is
    /// over. Those no longer in it lose their allocations for this call at once. Saying the same
    /// again changes nothing.
    pub fn set_call(&self, call: CallId, users: &[UserId]) {
        for user in self.book.set_call(call, users) {
            for mailbox in self.mailboxes.iter() {
                // A shard that has stopped has closed everything.
                let _ = mailbox.order(Order::Revoke(user, call));
            }
        }
    }

    /// What the shards counted. Waits for each of them, which takes microseconds unless a shard
    /// is stuck: that one is left out after a second.
    #[must_use]
    pub fn counters(&self) -> RelayCounters {
        let ask = |mailbox: &Mailbox| {
            let (answer, counters) = std_mpsc::sync_channel(1);
            mailbox.order(Order::Count(answer)).ok().map(|()| counters)
        };
        let asked: Vec<_> = self.mailboxes.iter().filter_map(ask).collect();
        let told = |counters: std_mpsc::Receiver<_>| counters.recv_timeout(COUNTING).ok();
        RelayCounters { shards: asked.into_iter().filter_map(told).collect() }
    }

    /// Stops: closes every socket and connection, and waits until they are. Once is enough.
    pub async fn shutdown(&self) {
        self.stop();
        self.tasks.lock().await.recv().await;
        self.join();
    }

    fn stop(&self) {
        self.stopping.send_replace(true);
        for mailbox in self.mailboxes.iter() {
            // One that is gone has stopped.
            let _ = mailbox.order(Order::Stop);
        }
    }

    /// Makes a shard fail.
    #[cfg(test)]
    pub(super) fn fail(&self, shard: usize) {
        assert!(self.mailboxes[shard].order(Order::Fail).is_ok());
    }

    fn join(&self) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a shard of the relay had panicked");
            }
        }
    }

    fn start_shards(
        &self,
        settings: &RelaySettings,
        bind: &Bind,
        udp: Vec<UdpListener>,
        inboxes: Vec<Inbox>,
        clock: Clock,
    ) -> Result<(), StartError> {
        let turn = Arc::new(settings.turn.clone());
        // One for all: the kernel may move a client to the socket of another shard.
        let seed = rand::random();
        let mut sockets: Vec<_> =
            udp.into_iter().map(|listener| listener.sockets.into_iter()).collect();
        for (inbox, number) in inboxes.into_iter().zip(0..) {
            let clients = sockets.iter_mut().filter_map(Iterator::next).map(ClientSocket::new);
            let clients: Vec<_> = clients.collect();
            let registry: Arc<dyn Registry> = Arc::<Book>::clone(&self.book);
            let (book, mailboxes) = (Arc::clone(&self.book), Arc::clone(&self.mailboxes));
            let (turn, bind, pin) = (Arc::clone(&turn), bind.clone(), settings.pin);
            let sfu = settings.sfu.clone();
            let streams = [self.addresses.tcp.len(), self.addresses.tls.len()];
            let epoll = watched(&clients, &inbox)?;
            let run = move || {
                if pin {
                    stay_on_processor(usize::from(number));
                }
                let transports = [Transport::Udp, Transport::Tcp, Transport::Tls];
                let [tcp, tls] = streams;
                let counts = [clients.len(), tcp, tls];
                let listeners: Vec<_> = transports
                    .into_iter()
                    .zip(counts)
                    .flat_map(|(transport, count)| std::iter::repeat_n(transport, count))
                    .collect();
                let udp = (0..).map(ListenerId).take(clients.len()).collect();
                let mut ways: Vec<_> = (0..clients.len()).map(Some).collect();
                ways.resize(listeners.len(), None);
                let engines = Engines(Box::new(move || {
                    let (turn, registry) = (Arc::clone(&turn), Arc::clone(&registry));
                    let mut server = Server::new(number, turn, registry, seed, clock.started());
                    for transport in &listeners {
                        server.add_listener(*transport);
                    }
                    server
                }));
                let relays = Relays::new(number, book, bind);
                let outlets = Outlets::new(clients, ways, relays, Inlets { mailboxes, sfu }, epoll);
                Shard::new(engines, outlets, inbox, udp, clock).run();
            };
            let thread = thread::Builder::new().name(format!("turn-{number}")).spawn(run)?;
            self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        }
        Ok(())
    }

    fn start_streams(
        &self,
        settings: &RelaySettings,
        tcp: Vec<TcpListener>,
        tls: Vec<TcpListener>,
        shared: &Shared,
    ) -> Result<(), StartError> {
        let configs = settings.tls_config.as_deref().map(TlsConfigs::of);
        let all = tcp.into_iter().map(|listener| (listener, None));
        let all = all.chain(tls.into_iter().map(|listener| (listener, configs.clone())));
        for (number, (listener, tls)) in (self.addresses.udp.len()..).zip(all) {
            let id = u16::try_from(number).map_err(|_| StartError::Settings(MANY_LISTENERS))?;
            let acceptor = Acceptor { listener, id: ListenerId(id), tls, shared: shared.clone() };
            tokio::spawn(acceptor.run());
        }
        Ok(())
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop();
        self.join();
    }
}

const SECOND_RELAY: &str = "the SFU has a relay already";

const MANY_LISTENERS: &str = "the relay has more listening addresses than can be numbered";

fn check(settings: &RelaySettings) -> Result<(), StartError> {
    let streams = !settings.tcp.is_empty() || !settings.tls.is_empty();
    if !(1..=RelaySettings::MAX_SHARDS).contains(&settings.shards) {
        return Err(StartError::Settings("the relay has 1 to 64 shards"));
    }
    if settings.ports.is_empty() || *settings.ports.start() == 0 {
        return Err(StartError::Settings("the relay's port range is empty or begins with 0"));
    }
    if !settings.tls.is_empty() && settings.tls_config.is_none() {
        return Err(StartError::NoCertificate);
    }
    if streams && tokio::runtime::Handle::try_current().is_err() {
        return Err(StartError::NoRuntime);
    }
    Ok(())
}

fn mailboxes(shards: usize) -> io::Result<(Arc<[Mailbox]>, Vec<Inbox>)> {
    let both: Vec<_> = (0..shards).map(|_| mailbox()).collect::<io::Result<_>>()?;
    let (mailboxes, inboxes): (Vec<_>, Vec<_>) = both.into_iter().unzip();
    Ok((mailboxes.into(), inboxes))
}

/// What tells a shard that one of its sockets has something: once for each arrival, so that a
/// socket that was emptied costs nothing until the next.
fn watched(clients: &[ClientSocket], inbox: &Inbox) -> io::Result<Epoll> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLET;
    epoll.add(inbox.bell(), EpollEvent::new(flags, Token::Bell.number()))?;
    for (index, client) in clients.iter().enumerate() {
        let event = EpollEvent::new(flags, Token::Client(index).number());
        epoll.add(client.socket(), event)?;
    }
    Ok(epoll)
}
