//! A program under test and everybody who uses it.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use load::sfu::{
    Counters, Crowd, CrowdThread, Fleet, JanusRoom, Picture, Plan, Room, RoomPlan, own_address,
};
use load::{Cpu, Group, Program};

use crate::bench::{Bench, FRAMES, PUBLISHERS};
use crate::forward::JANUS_NAME;

pub(crate) const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Nobody's packets count before.
const WARM: Duration = Duration::from_millis(800);
/// What is on its way after the end arrives until then.
const STRAGGLERS: Duration = Duration::from_millis(200);

/// A call that can be measured again and again.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) program: Program,
    load: Load,
    /// How many pictures all listeners together see.
    pub(crate) views: u64,
}

enum Load {
    Call { thread: CrowdThread, room: Room },
    Janus { thread: CrowdThread, _room: JanusRoom },
    Bare(Box<Fleet>),
}

/// What one window says.
pub(crate) struct Measured {
    pub(crate) counters: Counters,
    pub(crate) spent: Duration,
    /// The kernel's share in it, 0 to 1.
    pub(crate) kernel: f64,
    pub(crate) time: Duration,
}

impl Measured {
    /// Microseconds of processor time per packet that arrived.
    pub(crate) fn cost(&self) -> f64 {
        self.spent.as_secs_f64() * 1e6 / self.counters.heard.packets.max(1) as f64
    }

    /// Packets that arrived per second.
    pub(crate) fn rate(&self) -> f64 {
        self.counters.heard.packets as f64 / self.time.as_secs_f64()
    }

    /// The share of frames that could not be decoded, of those that all listeners who decrypt
    /// should have seen.
    pub(crate) fn undecoded(&self, views: u64) -> f64 {
        let frames = self.counters.sent.frames * views / PUBLISHERS as u64;
        1.0 - self.counters.heard.frames as f64 / frames.max(1) as f64
    }
}

impl Bench<'_> {
    /// Our server with a call in it.
    pub(crate) fn ours(
        &self,
        name: &'static str,
        (data, group): (&Path, &Group),
        pictures: Vec<Picture>,
        (bandwidth_estimation, full): (bool, usize),
    ) -> anyhow::Result<Stage> {
        let program = self.programs.ours(data, bandwidth_estimation)?;
        let thread = CrowdThread::start(self.origin, LOCALHOST)?;
        let plan = RoomPlan {
            server: program.address,
            from: LOCALHOST,
            people: group.people.clone(),
            conversation: group.conversation.clone(),
            publishers: PUBLISHERS,
            pictures,
            frames: FRAMES,
            publishers_watch: false,
            shown: (1_280, 720),
            full,
            at_once: 8,
        };
        let listeners = group.people.len() - PUBLISHERS;
        let room = self.runtime.block_on(Room::open(&thread.crowd(), plan, |_| {}));
        let room = room.with_context(|| format!("a call of {}", group.people.len()))?;
        let views = (listeners * PUBLISHERS) as u64;
        Ok(Stage { name, program, load: Load::Call { thread, room }, views })
    }

    /// Janus with the same.
    pub(crate) fn janus(&self, listeners: u16, picture: Picture) -> anyhow::Result<Stage> {
        let media = own_address()?;
        let program = self.programs.janus("janus", media, self.options.janus_event_loops)?;
        let thread = CrowdThread::start(self.origin, media)?;
        let room = self.runtime.block_on(async {
            let mut room = JanusRoom::open(program.address, &thread.crowd()).await?;
            for plan in plans(picture)? {
                room.publisher(plan).await?;
            }
            for number in 0..listeners {
                let joined = room.subscriber(false).await;
                joined.with_context(|| format!("listener {number} of Janus"))?;
            }
            anyhow::Ok(room)
        })?;
        let views = u64::from(listeners) * PUBLISHERS as u64;
        Ok(Stage { name: JANUS_NAME, program, load: Load::Janus { thread, _room: room }, views })
    }

    /// The floor program with the same.
    pub(crate) fn floor(&self, listeners: u16, picture: Picture) -> anyhow::Result<Stage> {
        let program = self.programs.floor("floor")?;
        let fleet = Fleet::open(program.address, self.origin, &plans(picture)?, listeners)?;
        let views = u64::from(listeners) * PUBLISHERS as u64;
        Ok(Stage { name: "the floor", program, load: Load::Bare(Box::new(fleet)), views })
    }

    /// Everybody sends for so long.
    ///
    /// # Errors
    /// When a call is over, or a program has ended.
    pub(crate) fn window(&self, stage: &mut Stage, time: Duration) -> anyhow::Result<Measured> {
        let readings = RefCell::new(Vec::<Cpu>::new());
        let read = || {
            readings.borrow_mut().push(stage.program.cpu()?);
            anyhow::Ok(())
        };
        let counters = match &mut stage.load {
            Load::Bare(fleet) => fleet.run(WARM, time, read)?,
            Load::Call { thread, .. } | Load::Janus { thread, .. } => {
                self.crowd_window(&thread.crowd(), time, read)?
            }
        };
        let readings = readings.into_inner();
        let [before, after] = &readings[..] else { anyhow::bail!("two readings") };
        if let Load::Call { room, .. } = &stage.load
            && let Some(trouble) = room.trouble()
        {
            anyhow::bail!("{}: {trouble}", stage.name);
        }
        ensure!(
            counters.lost == 0,
            "{} lost {} connections: {}",
            stage.name,
            counters.lost,
            counters.why.as_deref().unwrap_or_default()
        );
        let weaker = counters.heard.weaker;
        ensure!(weaker == 0, "{}: {weaker} packets not sealed by AES-GCM", stage.name);
        let (spent, kernel) = (after.since(before)?, after.kernel_share(before));
        Ok(Measured { counters, spent, kernel, time })
    }

    fn crowd_window(
        &self,
        crowd: &Crowd,
        time: Duration,
        read: impl Fn() -> anyhow::Result<()>,
    ) -> anyhow::Result<Counters> {
        crowd.spin(true);
        crowd.publish(None, true);
        std::thread::sleep(WARM);
        let before = self.runtime.block_on(crowd.counters())?;
        read()?;
        std::thread::sleep(time);
        read()?;
        let after = self.runtime.block_on(crowd.counters())?;
        crowd.publish(None, false);
        std::thread::sleep(STRAGGLERS);
        crowd.spin(false);
        Ok(after.since(&before))
    }
}

impl Stage {
    /// The crowd of a call.
    pub(crate) fn crowd(&self) -> anyhow::Result<Crowd> {
        match &self.load {
            Load::Call { thread, .. } | Load::Janus { thread, .. } => Ok(thread.crowd()),
            Load::Bare(_) => anyhow::bail!("the floor program has no crowd"),
        }
    }

    /// The room of a call of ours.
    pub(crate) fn room(&mut self) -> anyhow::Result<&mut Room> {
        match &mut self.load {
            Load::Call { room, .. } => Ok(room),
            Load::Janus { .. } | Load::Bare(_) => anyhow::bail!("a call of ours"),
        }
    }
}

/// The publishers of Janus and of the floor program.
fn plans(picture: Picture) -> anyhow::Result<Vec<Plan>> {
    let plan = |publisher: usize| {
        let publisher = u16::try_from(publisher)?;
        Ok(Plan { publisher, pictures: vec![picture], frames: FRAMES, sound: true })
    };
    (0..PUBLISHERS).map(plan).collect()
}
