//! An SFU on loopback with clients, all of them driven by the test's own thread.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use super::media_sfu::{Sfu, SfuSettings, ShardCounters};
use nix::poll::{PollFd, PollFlags, poll};
use sfu::{Order, Report, Rights};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use vocab::{CallId, UserId, Uuid};

use super::client::Client;

/// How long anything may take on a busy machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Everybody may send everything.
pub(crate) const ALL: Rights =
    Rights { microphone: true, camera: true, screen: true, screen_audio: true };

pub(crate) struct World {
    pub(crate) sfu: Sfu,
    pub(crate) clients: Vec<Client>,
    pub(crate) call: CallId,
    pub(crate) speakers: Vec<UserId>,
    runtime: Runtime,
    reports: mpsc::Receiver<(CallId, Report)>,
}

impl World {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub(crate) fn start_with(change: impl FnOnce(&mut SfuSettings)) -> Self {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut settings =
            SfuSettings { udp: vec![anywhere], tcp: vec![anywhere], ..SfuSettings::default() };
        // `cargo xtask test rust` goes through all of it twice.
        settings.bandwidth_estimation = std::env::var_os("AETHEX_TEST_NO_ESTIMATION").is_none();
        change(&mut settings);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let mut sfu = runtime.block_on(async { Sfu::start(settings).unwrap() });
        let reports = sfu.reports();
        let call = CallId::from_uuid(Uuid::from_u128(1));
        Self { sfu, clients: Vec::new(), call, speakers: Vec::new(), reports, runtime }
    }

    /// Another client, admitted; its place among the clients.
    pub(crate) fn admit(&mut self, client: Client) -> usize {
        self.order(Order::Admit { user: client.user, seat: client.seat, rights: ALL });
        self.clients.push(client);
        self.clients.len() - 1
    }

    /// Clients over UDP that joined and are ready.
    pub(crate) fn join(&mut self, count: usize) {
        for _ in 0..count {
            let client = self.enter();
            self.clients[client].join();
        }
        self.until("everybody is ready", |world| world.clients.iter().all(Client::is_ready));
    }

    /// Lets one in who does not begin yet; their place.
    pub(crate) fn enter(&mut self) -> usize {
        let number = 100 + self.clients.len() as u128;
        self.admit(Client::new(number, None, true))
    }

    pub(crate) fn order(&self, order: Order) {
        self.sfu.order(self.call, order);
    }

    /// Lets everybody act until it is so.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, mut so: impl FnMut(&mut Self) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !so(self) {
            assert!(Instant::now() < deadline, "not within {DEADLINE:?}: {what}");
            self.step();
        }
    }

    /// Lets everybody act for so long.
    pub(crate) fn go_on_for(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.step();
        }
    }

    pub(crate) fn counters(&self) -> ShardCounters {
        let counters = self.sfu.counters();
        assert_eq!(counters.sum(|shard| shard.peer_panics), 0, "no connection ever fails");
        assert_eq!(counters.sum(|shard| shard.room_failures), 0, "no room ever fails");
        counters.shards[0]
    }

    /// Everybody sends, until everybody got sound and pictures.
    #[track_caller]
    pub(crate) fn until_all_talk(&mut self) {
        self.clients.iter_mut().for_each(|client| client.sending = true);
        self.until("sound and pictures for everybody", |world| {
            let talks = |client: &Client| client.received(false) > 20 && client.received(true) > 20;
            world.clients.iter().all(talks)
        });
    }

    /// What everybody has to do now.
    pub(crate) fn step(&mut self) {
        while let Ok((call, report)) = self.reports.try_recv() {
            if call == self.call {
                self.tell(report);
            }
        }
        let now = Instant::now();
        let mut busy = false;
        for client in &mut self.clients {
            busy |= client.step(now);
            for order in client.orders.drain(..) {
                self.sfu.order(self.call, order);
            }
        }
        if !busy {
            self.wait();
        }
    }

    fn tell(&mut self, report: Report) {
        let user = match &report {
            Report::Described { user, .. }
            | Report::Refused { user, .. }
            | Report::Ready { user, .. }
            | Report::Lost { user, .. }
            | Report::Slots { user, .. }
            | Report::Layers { user, .. } => *user,
            Report::Speakers(speakers) => {
                self.speakers.clone_from(speakers);
                return;
            }
        };
        if let Some(client) = self.clients.iter_mut().find(|client| client.user == user) {
            client.told(report);
        }
    }

    /// Until something arrives anywhere, or a moment.
    fn wait(&self) {
        let links = self
            .clients
            .iter()
            .flat_map(|client| [client.publisher.link.fd(), client.subscriber.link.fd()]);
        let mut fds: Vec<_> = links.map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
        poll(&mut fds, 2_u8).unwrap();
    }

    pub(crate) fn stop(self) {
        let Self { sfu, runtime, .. } = self;
        runtime.block_on(sfu.shutdown());
    }
}
