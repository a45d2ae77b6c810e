//! The running SFU: start, orders, reports, counters, shutdown.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError, mpsc as std_mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use ::rtp::WallClock;
use ::sfu::{Order, Report};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use vocab::CallId;

use super::acceptor::Acceptor;
use super::counters::{LocalAddresses, SfuCounters};
use super::directory::Directory;
use super::hall::{Hall, Reports};
use super::inlet::{Inlet, WayBack};
use super::mailbox::{Command, Inbox, Mailbox, mailbox};
use super::outlets::Outlets;
use super::routes::Routes;
use super::settings::{SfuSettings, StartError};
use super::shard::{BELL, Shard};
use super::stream::Reception;
use super::with_str0m::{Library, Told};
use crate::client_socket::ClientSocket;
use crate::doors::Doors;
use crate::listen::{self, UdpListener};
use crate::machine::{raise_descriptor_limit, stay_on_processor};

/// How long a shard may take to tell its counters before it is left out.
const COUNTING: Duration = Duration::from_secs(1);

/// Reports that wait to be taken; more are kept by the shards.
const REPORTS: usize = 4_096;

/// An SFU that runs. Dropping it stops it without waiting for its streams.
#[derive(Debug)]
pub struct Sfu {
    addresses: LocalAddresses,
    mailboxes: Arc<[Mailbox]>,
    inlet: Inlet,
    back: WayBack,
    reports: mpsc::Receiver<(CallId, Report)>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    stopping: watch::Sender<bool>,
    /// Ends when the last task of the streams has.
    tasks: tokio::sync::Mutex<mpsc::Receiver<()>>,
}

impl Sfu {
    /// Opens all sockets and starts the threads. With TCP addresses it must be called within a
    /// runtime, which then runs their connections.
    ///
    /// # Errors
    /// [`StartError`]; nothing is left open then.
    pub fn start(settings: SfuSettings) -> Result<Self, StartError> {
        check(&settings)?;
        raise_descriptor_limit();
        let opened = listen::udp(&settings.udp, 1)?;
        let addresses = opened.iter().map(|listener| listener.address).collect();
        let shards = by_shard(opened, settings.shards)?;
        let tcp = listen::tcp(&settings.tcp, "TCP")?;
        let bound = tcp.iter().map(TcpListener::local_addr).collect::<io::Result<Vec<_>>>()?;
        let directory = Directory::default();
        let (mailboxes, inboxes) = mailboxes(settings.shards)?;
        let back = WayBack::default();
        let inlet =
            Inlet::new(told_by(&shards, &settings), Arc::clone(&mailboxes), Arc::clone(&back));
        let (report, reports) = mpsc::channel(REPORTS);
        let (stopping, stop) = watch::channel(false);
        let (alive, tasks) = mpsc::channel(1);
        let sfu = Self {
            addresses: LocalAddresses { udp: addresses, tcp: bound },
            mailboxes,
            inlet,
            back,
            reports,
            threads: Mutex::default(),
            stopping,
            tasks: tokio::sync::Mutex::new(tasks),
        };
        // From here on, dropping `sfu` stops what was started.
        sfu.start_shards(&settings, shards, inboxes, &directory, &report)?;
        let doors = Arc::new(Doors::new(&settings.streams));
        for (listener, bound) in tcp.into_iter().zip(&sfu.addresses.tcp) {
            let reception = Reception {
                told: told(*bound, &settings.advertised),
                mailboxes: Arc::clone(&sfu.mailboxes),
                directory: directory.clone(),
                limits: settings.streams,
                stopping: stop.clone(),
            };
            let (doors, alive) = (Arc::clone(&doors), alive.clone());
            tokio::spawn(Acceptor { listener, doors, reception, alive }.run());
        }
        let LocalAddresses { udp, tcp } = &sfu.addresses;
        tracing::info!(?udp, ?tcp, shards = settings.shards, "the SFU listens");
        Ok(sfu)
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addresses(&self) -> &LocalAddresses {
        &self.addresses
    }

    /// Where the relay of this process brings what its clients send here.
    #[must_use]
    pub fn inlet(&self) -> Inlet {
        self.inlet.clone()
    }

    /// Gives an order to the room of a call. Never waits; orders of one call are carried out in
    /// the order given.
    pub fn order(&self, call: CallId, order: Order) {
        let mut hasher = DefaultHasher::new();
        call.hash(&mut hasher);
        let shards = self.mailboxes.len() as u64;
        let shard = usize::try_from(hasher.finish() % shards).unwrap_or_default();
        // A shard that is gone has closed everything.
        let _ = self.mailboxes[shard].order(Command::Order(call, order));
    }

    /// What rooms tell their calls. It is there once: a second asking gets one that is closed.
    /// Whoever takes it must read it on; word that waits too long is lost, the oldest first.
    pub fn reports(&mut self) -> mpsc::Receiver<(CallId, Report)> {
        let (_, closed) = mpsc::channel(1);
        std::mem::replace(&mut self.reports, closed)
    }

    /// What the shards counted. Waits for each of them, which takes microseconds unless a shard
    /// is stuck: that one is left out after a second.
    #[must_use]
    pub fn counters(&self) -> SfuCounters {
        let ask = |mailbox: &Mailbox| {
            let (answer, counters) = std_mpsc::sync_channel(1);
            mailbox.order(Command::Count(answer)).ok().map(|()| counters)
        };
        let asked: Vec<_> = self.mailboxes.iter().filter_map(ask).collect();
        let told = |counters: std_mpsc::Receiver<_>| counters.recv_timeout(COUNTING).ok();
        SfuCounters { shards: asked.into_iter().filter_map(told).collect() }
    }

    /// Stops: closes every socket and connection, and waits until they are. Once is enough.
    pub async fn shutdown(&self) {
        self.stop();
        self.tasks.lock().await.recv().await;
        self.join();
    }

    /// Lets a connection of a participant fail with its next use.
    #[cfg(test)]
    pub(super) fn fail(&self, call: CallId, user: vocab::UserId, which: ::sfu::MediaPeer) {
        for mailbox in self.mailboxes.iter() {
            assert!(mailbox.order(Command::Fail(call, user, which)).is_ok());
        }
    }

    fn stop(&self) {
        self.stopping.send_replace(true);
        for mailbox in self.mailboxes.iter() {
            // One that is gone has stopped.
            let _ = mailbox.order(Command::Stop);
        }
    }

    fn join(&self) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a shard of the SFU had panicked");
            }
        }
    }

    fn start_shards(
        &self,
        settings: &SfuSettings,
        sockets: Vec<Vec<UdpListener>>,
        inboxes: Vec<Inbox>,
        directory: &Directory,
        reports: &mpsc::Sender<(CallId, Report)>,
    ) -> Result<(), StartError> {
        for (number, (listeners, inbox)) in sockets.into_iter().zip(inboxes).enumerate() {
            let tell = |bound: &SocketAddr| told(*bound, &settings.advertised);
            let bound: Vec<_> = listeners.iter().map(|listener| tell(&listener.address)).collect();
            let mut udp = bound.clone();
            let mut tcp: Vec<_> = self.addresses.tcp.iter().map(tell).collect();
            for addresses in [&mut udp, &mut tcp] {
                addresses.sort_unstable();
                addresses.dedup();
                // The last of them is the last that clients try.
                addresses.sort_by_key(|address| address.ip().is_loopback());
            }
            let (told, estimation) = (Told { udp, tcp }, settings.bandwidth_estimation);
            let library = Library::new(told, estimation, wall_clock())?;
            let sockets: Vec<UdpSocket> =
                listeners.into_iter().flat_map(|listener| listener.sockets).collect();
            let sockets: Vec<_> = sockets.into_iter().map(ClientSocket::to_many).collect();
            let epoll = watched(&sockets, &inbox)?;
            let routes = Routes::new(number, directory.clone());
            let reports = Reports::new(reports.clone());
            let hall = Hall::new(settings.clone(), library, routes, reports);
            let (pin, back) = (settings.pin, Arc::clone(&self.back));
            let run = move || {
                if pin {
                    stay_on_processor(number);
                }
                // Its buffers stay in the thread that makes them.
                Shard::new(hall, Outlets::new(sockets, bound, back), inbox, epoll).run();
            };
            let thread = thread::Builder::new().name(format!("sfu-{number}")).spawn(run)?;
            self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        }
        Ok(())
    }
}

impl Drop for Sfu {
    fn drop(&mut self) {
        self.stop();
        self.join();
    }
}

fn check(settings: &SfuSettings) -> Result<(), StartError> {
    if !(1..=SfuSettings::MAX_SHARDS).contains(&settings.shards) {
        return Err(StartError::Settings("the SFU has 1 to 64 shards"));
    }
    if settings.udp.is_empty() && settings.tcp.is_empty() {
        return Err(StartError::Settings("the SFU listens nowhere"));
    }
    if !settings.tcp.is_empty() && tokio::runtime::Handle::try_current().is_err() {
        return Err(StartError::NoRuntime);
    }
    Ok(())
}

/// The first socket of each IP address to the first shard, the second to the second.
fn by_shard(
    listeners: Vec<UdpListener>,
    shards: usize,
) -> Result<Vec<Vec<UdpListener>>, StartError> {
    let mut by_shard: Vec<Vec<UdpListener>> = (0..shards).map(|_| Vec::new()).collect();
    let mut given: HashMap<IpAddr, usize> = HashMap::new();
    for listener in listeners {
        let shard = given.entry(listener.address.ip()).or_default();
        by_shard
            .get_mut(*shard)
            .ok_or(StartError::Settings("the SFU has more UDP addresses than shards"))?
            .push(listener);
        *shard += 1;
    }
    let even = by_shard.iter().all(|listeners| listeners.len() == by_shard[0].len());
    if even {
        Ok(by_shard)
    } else {
        Err(StartError::Settings("a shard of the SFU needs its own UDP port"))
    }
}

/// The shards by the addresses that clients are told for datagrams.
fn told_by(shards: &[Vec<UdpListener>], settings: &SfuSettings) -> BTreeMap<SocketAddr, usize> {
    let by_shard = shards.iter().enumerate().flat_map(|(shard, listeners)| {
        listeners.iter().map(move |listener| (listener.address, shard))
    });
    by_shard.map(|(bound, shard)| (told(bound, &settings.advertised), shard)).collect()
}

/// What clients are told in place of an address.
fn told(bound: SocketAddr, advertised: &[IpAddr]) -> SocketAddr {
    let outer = advertised.iter().find(|outer| outer.is_ipv4() == bound.is_ipv4());
    SocketAddr::new(outer.copied().unwrap_or(bound.ip()), bound.port())
}

fn mailboxes(shards: usize) -> io::Result<(Arc<[Mailbox]>, Vec<Inbox>)> {
    let both: Vec<_> = (0..shards).map(|_| mailbox()).collect::<io::Result<_>>()?;
    let (mailboxes, inboxes): (Vec<_>, Vec<_>) = both.into_iter().unzip();
    Ok((mailboxes.into(), inboxes))
}

/// What tells a shard that one of its sockets has something: once for each arrival, so that a
/// socket that was emptied costs nothing until the next.
fn watched(sockets: &[ClientSocket], inbox: &Inbox) -> io::Result<Epoll> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLET;
    epoll.add(inbox.bell(), EpollEvent::new(flags, BELL))?;
    for (index, socket) in sockets.iter().enumerate() {
        epoll.add(socket.socket(), EpollEvent::new(flags, index as u64))?;
    }
    Ok(epoll)
}

/// What time it is.
fn wall_clock() -> WallClock {
    let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    WallClock { at: Instant::now(), unix }
}
