//! The connections of a crowd and the loop of their thread.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::IpAddr;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use datagram::Receiver;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use tokio::sync::oneshot;

use super::camera::Camera;
use super::crowd::{Counters, PeerId};
use super::peer::{Peer, Shared};
use super::publisher::{Plan, Speaking};
use super::sink::Seen;

/// Readiness that is taken from the kernel at once.
const EVENTS: usize = 256;
/// Commands are looked for at least so often.
const REST: Duration = Duration::from_millis(2);

pub(crate) type Reply<T> = oneshot::Sender<anyhow::Result<T>>;

/// What the handle asks of the thread.
pub(crate) enum Command {
    Publisher(Box<Plan>, Reply<(PeerId, String)>),
    Answered(PeerId, String, Reply<()>),
    Subscriber(String, bool, Reply<(PeerId, String)>),
    Offered(PeerId, String, Reply<String>),
    Connected(PeerId, Reply<Instant>),
    Watched(PeerId, Vec<String>),
    Publish(Option<PeerId>, bool),
    Speak(Speaking),
    Rate(u32),
    Spin(bool),
    Counters(Reply<Counters>),
    Seen(PeerId, Reply<Seen>),
    Close(PeerId),
    End,
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Command")
    }
}

/// The thread's own.
pub(crate) struct Members {
    shared: Shared,
    inbox: mpsc::Receiver<Command>,
    peers: Vec<Option<Peer>>,
    /// Who wants to know when a connection is up.
    waiting: Vec<(PeerId, Reply<Instant>)>,
    /// When a peer is to be asked; outdated entries are put right when they come up.
    due: BinaryHeap<Reverse<(Instant, PeerId)>>,
    epoll: Epoll,
    receiver: Receiver,
    spin: bool,
    lost: u64,
    why: Option<String>,
}

impl Members {
    pub(crate) fn new(
        origin: Instant,
        address: IpAddr,
        inbox: mpsc::Receiver<Command>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            shared: Shared::new(origin, address)?,
            inbox,
            peers: Vec::new(),
            waiting: Vec::new(),
            due: BinaryHeap::new(),
            epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?,
            receiver: Receiver::new(32),
            spin: false,
            lost: 0,
            why: None,
        })
    }

    /// Until the handle is gone.
    pub(crate) fn run(&mut self) {
        let mut events = vec![EpollEvent::empty(); EVENTS];
        loop {
            loop {
                match self.inbox.try_recv() {
                    Ok(Command::End) | Err(mpsc::TryRecvError::Disconnected) => return,
                    Ok(command) => self.handle(command),
                    Err(mpsc::TryRecvError::Empty) => break,
                }
            }
            let ready = self.epoll.wait(&mut events, self.rest()).unwrap_or_default();
            for event in &events[..ready] {
                let id = usize::try_from(event.data()).unwrap_or(usize::MAX);
                self.touch(id, |peer, receiver, shared| peer.receive(receiver, shared));
            }
            let now = Instant::now();
            while let Some(Reverse((at, id))) = self.due.peek().copied()
                && at <= now
            {
                self.due.pop();
                let Some(Some(peer)) = self.peers.get(id) else { continue };
                if peer.scheduled() != Some(at) {
                    continue;
                }
                if peer.due() > now {
                    self.schedule(id, true);
                } else {
                    self.touch(id, |peer, _, shared| {
                        peer.unschedule();
                        peer.handle_due(shared)
                    });
                }
            }
        }
    }

    /// How long there is nothing to do, at most.
    fn rest(&self) -> EpollTimeout {
        let Some(Reverse((at, _))) = self.due.peek() else { return 2_u8.into() };
        let rest = at.saturating_duration_since(Instant::now()).min(REST);
        // Less than a millisecond is not slept.
        if self.spin {
            EpollTimeout::ZERO
        } else {
            u8::try_from(rest.as_millis()).unwrap_or(0).into()
        }
    }

    /// Does something with a peer, and sees to when it is to be asked again.
    fn touch(
        &mut self,
        id: PeerId,
        act: impl FnOnce(&mut Peer, &mut Receiver, &mut Shared) -> anyhow::Result<()>,
    ) {
        let Some(Some(peer)) = self.peers.get_mut(id) else { return };
        let was_up = peer.connected.is_some();
        let outcome = act(peer, &mut self.receiver, &mut self.shared);
        if let (false, Some(at)) = (was_up, peer.connected) {
            for (_, reply) in self.waiting.extract_if(.., |(of, _)| *of == id) {
                let _ = reply.send(Ok(at));
            }
        }
        let alive = peer.is_alive();
        if outcome.is_err() || !alive {
            self.lost += 1;
            let why = outcome.err().map(|error| format!("{error:#}"));
            self.why =
                Some(why.unwrap_or_else(|| "it was closed or not heard any more".to_owned()));
            self.close(id);
            return;
        }
        self.schedule(id, false);
    }

    fn schedule(&mut self, id: PeerId, again: bool) {
        let Some(Some(peer)) = self.peers.get_mut(id) else { return };
        let at = peer.due();
        if again || peer.scheduled().is_none_or(|scheduled| at < scheduled) {
            peer.schedule(at);
            self.due.push(Reverse((at, id)));
        }
    }

    fn handle(&mut self, command: Command) {
        match command {
            Command::Publisher(plan, reply) => {
                let made = Peer::publisher(&self.shared, &plan);
                let _ = reply.send(made.and_then(|(peer, offer)| Ok((self.add(peer)?, offer))));
            }
            Command::Subscriber(offer, light, reply) => {
                let made = Peer::subscriber(&self.shared, &offer, light);
                let _ = reply.send(made.and_then(|(peer, answer)| Ok((self.add(peer)?, answer))));
            }
            Command::Answered(id, answer, reply) => {
                let _ = reply.send(self.with(id, |peer| peer.answered(&answer)));
            }
            Command::Offered(id, offer, reply) => {
                let _ = reply.send(self.with(id, |peer| peer.offered(&offer)));
            }
            Command::Connected(id, reply) => match self.peers.get(id).and_then(Option::as_ref) {
                Some(Peer { connected: Some(at), .. }) => {
                    let _ = reply.send(Ok(*at));
                }
                Some(_) => self.waiting.push((id, reply)),
                None => {
                    let _ = reply.send(Err(anyhow!("the media connection was lost")));
                }
            },
            Command::Watched(id, rids) => {
                if let Some(camera) =
                    self.cameras().filter(|(of, _)| *of == id).map(|(_, camera)| camera).next()
                {
                    camera.watched(&rids);
                }
            }
            Command::Rate(packets) => {
                self.cameras().for_each(|(_, camera)| camera.set_rate(packets))
            }
            Command::Publish(one, on) => self.publish(one, on),
            Command::Speak(speaking) => self.shared.speaking = speaking,
            Command::Spin(on) => self.spin = on,
            Command::Counters(reply) => {
                let (sent, heard) = (self.shared.sent, self.shared.heard.clone());
                self.shared.sent.late = Duration::ZERO;
                let _ = reply.send(Ok(Counters {
                    sent,
                    heard,
                    lost: self.lost,
                    why: self.why.clone(),
                }));
            }
            Command::Seen(id, reply) => {
                let _ = reply.send(self.with(id, |peer| Ok(peer.seen())));
            }
            Command::Close(id) => self.close(id),
            Command::End => {}
        }
    }

    fn cameras(&mut self) -> impl Iterator<Item = (PeerId, &mut Camera)> {
        let peers = self.peers.iter_mut().enumerate();
        peers.filter_map(|(id, peer)| {
            let camera = peer.as_mut()?.as_publisher()?.camera.as_mut()?;
            Some((id, camera))
        })
    }

    fn publish(&mut self, one: Option<PeerId>, on: bool) {
        let start = Instant::now() + Duration::from_millis(5);
        for id in 0..self.peers.len() {
            if one.is_none_or(|one| one == id) {
                let publish = |peer: &mut Peer| {
                    peer.as_publisher().context("a publisher")?.publish(on, start);
                    Ok(())
                };
                // Subscribers do not publish.
                let _ = self.with(id, publish);
            }
        }
    }

    fn add(&mut self, peer: Peer) -> anyhow::Result<PeerId> {
        let id = self.peers.len();
        let event = EpollEvent::new(EpollFlags::EPOLLIN, id as u64);
        self.epoll.add(peer.socket(), event).context("waiting for a socket")?;
        self.peers.push(Some(peer));
        self.schedule(id, false);
        Ok(id)
    }

    fn with<T>(
        &mut self,
        id: PeerId,
        act: impl FnOnce(&mut Peer) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let peer = self.peers.get_mut(id).and_then(Option::as_mut);
        let done = act(peer.context("the media connection was lost")?);
        self.schedule(id, false);
        done
    }

    fn close(&mut self, id: PeerId) {
        if let Some(peer) = self.peers.get_mut(id).and_then(Option::take) {
            // It leaves the set by itself when its socket is closed.
            drop(peer);
        }
        for (_, reply) in self.waiting.extract_if(.., |(of, _)| *of == id) {
            let _ = reply.send(Err(anyhow!("the media connection was lost")));
        }
    }
}
