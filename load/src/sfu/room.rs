//! A group call full of load.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tokio::task::JoinSet;

use super::camera::Picture;
use super::crowd::Crowd;
use super::publisher::Plan;
use super::seat::{Guest, Seat, Wanted};
use super::sink::PATIENCE;
use crate::Person;

/// Who takes part, and what they do.
#[derive(Debug, Clone)]
pub struct RoomPlan {
    /// The server.
    pub server: SocketAddr,
    /// The address to connect from.
    pub from: IpAddr,
    /// Everybody; the first ones publish.
    pub people: Vec<Person>,
    /// The conversation that all of them are members of.
    pub conversation: String,
    /// How many publish.
    pub publishers: usize,
    /// Layers of each camera, the smallest first; none for a call without pictures.
    pub pictures: Vec<Picture>,
    /// Pictures per second.
    pub frames: u32,
    /// Whether those who publish look at the others who do.
    pub publishers_watch: bool,
    /// How large everybody is shown who publishes.
    pub shown: (u16, u16),
    /// How many of those who listen decrypt; the rest counts by headers.
    pub full: usize,
    /// How many join at once.
    pub at_once: usize,
}

/// Everybody in the call.
#[derive(Debug)]
pub struct Room {
    /// In the order of the people.
    pub seats: Vec<Seat>,
    plan: RoomPlan,
}

impl Room {
    /// Everybody joins, and shows everybody who publishes. `told` hears how many are there.
    ///
    /// # Errors
    /// When the server refuses, or media does not come up.
    pub async fn open(
        crowd: &Crowd,
        plan: RoomPlan,
        mut told: impl FnMut(usize),
    ) -> anyhow::Result<Self> {
        // With two, media goes between them unless the server is told to take it always.
        ensure!(plan.people.len() >= 3, "a call through the server has three participants");
        let first = Seat::start(crowd, plan.guest(0)?, &plan.conversation).await?;
        let call = first.call.clone();
        let mut room = Self { seats: vec![first], plan };
        let mut joining = JoinSet::new();
        let mut arrived: Vec<(usize, Seat)> = Vec::new();
        for number in 1..room.plan.people.len() {
            let (crowd, guest, call) = (crowd.clone(), room.plan.guest(number)?, call.clone());
            let wanted = room.plan.wanted_by(number);
            joining.spawn(async move {
                let seat = Seat::join(&crowd, guest, &call).await;
                let seat = seat.with_context(|| format!("participant {number} joins"))?;
                seat.subscribe(wanted);
                anyhow::Ok((number, seat))
            });
            // The second one makes the call active; until then nobody else can join.
            while joining.len() >= if number == 1 { 1 } else { room.plan.at_once } {
                let joined = joining.join_next().await.context("somebody joins")?;
                arrived.push(joined??);
                told(arrived.len() + 1);
            }
        }
        while let Some(joined) = joining.join_next().await {
            arrived.push(joined??);
            told(arrived.len() + 1);
        }
        arrived.sort_by_key(|(number, _)| *number);
        room.seats.extend(arrived.into_iter().map(|(_, seat)| seat));
        room.seats[0].subscribe(room.plan.wanted_by(0));
        for (number, seat) in room.seats.iter().enumerate() {
            let ready = seat.until("media is up", |state| state.ready.is_some()).await;
            ready.with_context(|| format!("participant {number}"))?;
        }
        Ok(room)
    }

    /// Waits until every subscriber has decoded something.
    ///
    /// # Errors
    /// When somebody has not in time.
    pub async fn first_frames(&self, crowd: &Crowd) -> anyhow::Result<Vec<Duration>> {
        let mut took = Vec::new();
        for (number, seat) in self.seats.iter().enumerate() {
            if self.plan.is_light(number) || self.plan.wanted_by(number).is_empty() {
                continue;
            }
            let frame = first_frame(crowd, seat).await;
            took.push(frame.with_context(|| format!("participant {number}"))?);
        }
        Ok(took)
    }

    /// One more joins, to listen; how long it took until they could decode a frame of anybody.
    ///
    /// # Errors
    /// When the server refuses, or nothing comes in time.
    pub async fn join(&mut self, crowd: &Crowd, person: Person) -> anyhow::Result<Duration> {
        let number = self.plan.people.len();
        self.plan.people.push(person);
        let seat = Seat::join(crowd, self.plan.guest(number)?, &self.seats[0].call).await?;
        seat.subscribe(self.plan.wanted_by(number));
        let took = first_frame(crowd, &seat).await;
        self.seats.push(seat);
        took
    }

    /// Everybody shows every publisher in this size.
    pub fn show(&mut self, size: (u16, u16)) {
        self.plan.shown = size;
        for (number, seat) in self.seats.iter().enumerate() {
            seat.subscribe(self.plan.wanted_by(number));
        }
    }

    /// How many pictures those together should see who decrypt.
    #[must_use]
    pub fn views(&self) -> usize {
        let decrypting = (0..self.seats.len()).filter(|number| !self.plan.is_light(*number));
        decrypting.map(|number| self.plan.wanted_by(number).len()).sum()
    }

    /// Why the call is over for somebody, if it is for anybody.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.seats.iter().find_map(|seat| seat.state().over)
    }

    /// Everybody leaves.
    pub fn close(&self) {
        self.seats.iter().for_each(Seat::leave);
    }
}

/// How long somebody waited for the first frame after they had asked to join.
async fn first_frame(crowd: &Crowd, seat: &Seat) -> anyhow::Result<Duration> {
    let state = seat.until("media is up", |state| state.ready.is_some()).await?;
    let subscriber = state.subscriber.context("media is up")?;
    let waiting = async {
        loop {
            if let Some(at) = crowd.seen(subscriber).await?.first_frame {
                return anyhow::Ok(at.saturating_duration_since(seat.begun));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.with_context(|| format!("nothing is seen: {:?}", seat.state().slots))?
}

impl RoomPlan {
    fn guest(&self, number: usize) -> anyhow::Result<Guest> {
        let publishes = number < self.publishers;
        Ok(Guest {
            server: self.server,
            from: self.from,
            person: self.people[number].clone(),
            plan: Plan {
                publisher: u16::try_from(number).context("too many participants")?,
                pictures: if publishes { self.pictures.clone() } else { Vec::new() },
                frames: self.frames,
                sound: publishes,
            },
            light: self.is_light(number),
        })
    }

    fn is_light(&self, number: usize) -> bool {
        number >= self.publishers.saturating_add(self.full)
    }

    fn wanted_by(&self, number: usize) -> Vec<Wanted> {
        let looks = self.publishers_watch || number >= self.publishers;
        if !looks || self.pictures.is_empty() {
            return Vec::new();
        }
        let others = (0..self.publishers).filter(|other| *other != number);
        others
            .map(|other| Wanted { user: self.people[other].id.clone(), size: self.shown })
            .collect()
    }
}
