//! Many connections on one thread of their own.

use std::net::IpAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Instant;

use anyhow::Context as _;
use tokio::sync::oneshot;

use super::members::{Command, Members, Reply};
use super::publisher::{Plan, Sent, Speaking};
use super::sink::{Heard, PATIENCE, Seen};

/// The number of a connection in its crowd.
pub type PeerId = usize;

/// What has happened so far.
#[derive(Debug, Clone, Default)]
pub struct Counters {
    /// Of all publishers.
    pub sent: Sent,
    /// Of all subscribers.
    pub heard: Heard,
    /// Connections that are no more, without having been closed.
    pub lost: u64,
    /// Why the last of them was lost.
    pub why: Option<String>,
}

impl Counters {
    /// What happened after `before`, a former reading of the same; the lateness is that of now.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let sent = Sent {
            pictures: self.sent.pictures - before.sent.pictures,
            sound: self.sent.sound - before.sent.sound,
            frames: self.sent.frames - before.sent.frames,
            late: self.sent.late,
        };
        Self {
            sent,
            heard: self.heard.since(&before.heard),
            lost: self.lost - before.lost,
            why: self.why.clone(),
        }
    }
}

/// A handle of the thread, to be shared.
#[derive(Debug, Clone)]
pub struct Crowd {
    commands: mpsc::Sender<Command>,
}

/// Ends the thread when it is dropped.
#[derive(Debug)]
pub struct CrowdThread {
    crowd: Crowd,
    thread: Option<JoinHandle<()>>,
}

impl CrowdThread {
    /// Starts a thread whose connections have their sockets at `address`. `origin` is the
    /// beginning of the program.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn start(origin: Instant, address: IpAddr) -> anyhow::Result<Self> {
        let (commands, inbox) = mpsc::channel();
        let (begun, beginning) = mpsc::channel();
        let thread = std::thread::Builder::new().name("crowd".to_owned());
        let thread = thread.spawn(move || match Members::new(origin, address, inbox) {
            Ok(mut members) => {
                let _ = begun.send(Ok(()));
                members.run();
            }
            Err(error) => {
                let _ = begun.send(Err(error));
            }
        })?;
        beginning.recv().context("the media thread has ended")??;
        Ok(Self { crowd: Crowd { commands }, thread: Some(thread) })
    }

    /// A handle.
    #[must_use]
    pub fn crowd(&self) -> Crowd {
        self.crowd.clone()
    }
}

impl Drop for CrowdThread {
    fn drop(&mut self) {
        self.crowd.tell(Command::End);
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed.
            let _ = thread.join();
        }
    }
}

impl Crowd {
    /// A new publisher; its number and its offer.
    ///
    /// # Errors
    /// When the operating system or str0m refuses.
    pub async fn publisher(&self, plan: Plan) -> anyhow::Result<(PeerId, String)> {
        self.ask(|reply| Command::Publisher(Box::new(plan), reply)).await
    }

    /// The server's answer to a publisher.
    ///
    /// # Errors
    /// When str0m cannot use it.
    pub async fn answered(&self, peer: PeerId, answer: String) -> anyhow::Result<()> {
        self.ask(|reply| Command::Answered(peer, answer, reply)).await
    }

    /// A new subscriber; its number and its answer to the server's offer. A `light` one decrypts
    /// nothing and counts by headers.
    ///
    /// # Errors
    /// When str0m cannot use the offer.
    pub async fn subscriber(&self, offer: String, light: bool) -> anyhow::Result<(PeerId, String)> {
        self.ask(|reply| Command::Subscriber(offer, light, reply)).await
    }

    /// The answer to one more offer of the server.
    ///
    /// # Errors
    /// When str0m cannot use it.
    pub async fn offered(&self, peer: PeerId, offer: String) -> anyhow::Result<String> {
        self.ask(|reply| Command::Offered(peer, offer, reply)).await
    }

    /// When the connection was up, as soon as it is.
    ///
    /// # Errors
    /// When it is not in time.
    pub async fn connected(&self, peer: PeerId) -> anyhow::Result<Instant> {
        let asking = self.ask(|reply| Command::Connected(peer, reply));
        tokio::time::timeout(PATIENCE, asking).await.context("no media connection")?
    }

    /// Tells a publisher which of its layers are watched.
    pub fn watched(&self, peer: PeerId, rids: Vec<String>) {
        self.tell(Command::Watched(peer, rids));
    }

    /// One publisher, or all, begin or end to send.
    pub fn publish(&self, peer: Option<PeerId>, on: bool) {
        self.tell(Command::Publish(peer, on));
    }

    /// Who speaks from now on.
    pub fn speak(&self, speaking: Speaking) {
        self.tell(Command::Speak(speaking));
    }

    /// Every layer of every camera has so many packets per second from now on.
    pub fn rate(&self, packets: u32) {
        self.tell(Command::Rate(packets));
    }

    /// Whether the thread never sleeps, so that no server pays for waking it.
    pub fn spin(&self, on: bool) {
        self.tell(Command::Spin(on));
    }

    /// What has happened so far; the longest lateness begins anew.
    ///
    /// # Errors
    /// When the thread has ended.
    pub async fn counters(&self) -> anyhow::Result<Counters> {
        self.ask(Command::Counters).await
    }

    /// What a subscriber saw.
    ///
    /// # Errors
    /// When the thread has ended.
    pub async fn seen(&self, peer: PeerId) -> anyhow::Result<Seen> {
        self.ask(|reply| Command::Seen(peer, reply)).await
    }

    /// Forgets a connection without a word to the server.
    pub fn close(&self, peer: PeerId) {
        self.tell(Command::Close(peer));
    }

    fn tell(&self, command: Command) {
        // A thread that has ended has said why.
        let _ = self.commands.send(command);
    }

    async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> anyhow::Result<T> {
        let (reply, answer) = oneshot::channel();
        self.tell(command(reply));
        answer.await.context("the media thread has ended")?
    }
}
