//! Accounts, conversations and calls.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::Context as _;
use load::sfu::{Crowd, Picture, Room, RoomPlan};
use load::{Account, Person, converse, find, register};
use tokio::task::JoinSet;

use crate::options::Options;
use crate::progress::Progress;

/// Accounts that are made at the same time.
const REGISTERING: usize = 4;
/// Bytes of a packet of the largest layer.
const PAYLOAD: usize = 1_150;

/// All calls of the run.
pub(crate) struct Calls {
    pub(crate) rooms: Vec<Room>,
}

impl Calls {
    /// Makes accounts, conversations and calls, and lets everybody join.
    pub(crate) async fn open(
        options: &Options,
        server: SocketAddr,
        from: IpAddr,
        crowd: &Crowd,
        progress: &mut Progress,
    ) -> anyhow::Result<Self> {
        let size = (options.publishers + options.subscribers) as usize;
        let all = size * options.rooms as usize;
        let accounts = accounts(server, all, progress).await?;
        if let (Some(file), Some(first)) = (&options.account, accounts.first()) {
            let line = format!("{} {}\n", first.email, first.password);
            std::fs::write(file, line).context("the file of the account")?;
        }
        let mut rooms = Vec::new();
        for (number, group) in accounts.chunks(size).enumerate() {
            let people: Vec<_> = group.iter().map(|account| account.person.clone()).collect();
            let title = format!("Load {}", number + 1);
            let more = if number == 0 { options.with.as_slice() } else { &[] };
            let guests = known(server, &people[0], more).await?;
            let members = people[1..].iter().map(|person| person.id.as_str());
            let members: Vec<_> = members.chain(guests.iter().map(String::as_str)).collect();
            let conversation = converse(server, &people[0], &members, &title).await?;
            let plan = RoomPlan {
                server,
                from,
                people,
                conversation: conversation.clone(),
                publishers: options.publishers as usize,
                pictures: pictures(options.layers, options.rate),
                frames: options.frames,
                publishers_watch: true,
                shown: options.shown,
                full: options.full.map_or(usize::MAX, |full| full as usize),
                at_once: options.at_once as usize,
            };
            let there = number * size;
            let room = Room::open(crowd, plan, |here| progress.joined(there + here, all)).await;
            let room = room.with_context(|| format!("call {}", number + 1))?;
            if !guests.is_empty() {
                progress.running(&room.seats[0].call, &conversation);
            }
            rooms.push(room);
        }
        progress.joined(all, all);
        Ok(Self { rooms })
    }

    /// How long everybody who sees somebody waited for the first frame.
    pub(crate) async fn first_frames(&self, crowd: &Crowd) -> anyhow::Result<Vec<Duration>> {
        let mut all = Vec::new();
        for room in &self.rooms {
            all.extend(room.first_frames(crowd).await?);
        }
        Ok(all)
    }

    /// Why a call is over, if one is.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.rooms.iter().find_map(Room::trouble)
    }

    /// Everybody leaves.
    pub(crate) fn close(&self) {
        self.rooms.iter().for_each(Room::close);
    }
}

/// The ids of people with accounts.
async fn known(
    server: SocketAddr,
    asker: &Person,
    emails: &[String],
) -> anyhow::Result<Vec<String>> {
    let mut ids = Vec::with_capacity(emails.len());
    for email in emails {
        ids.push(find(server, asker, email).await?);
    }
    Ok(ids)
}

async fn accounts(
    server: SocketAddr,
    count: usize,
    progress: &mut Progress,
) -> anyhow::Result<Vec<Account>> {
    let run: u32 = rand::random();
    let mut making = JoinSet::new();
    let mut made = Vec::with_capacity(count);
    for number in 0..count {
        let name = format!("load-{run:08x}-{number}");
        making.spawn(async move { (number, register(server, &name).await) });
        if making.len() == REGISTERING {
            made.extend(making.join_next().await.transpose()?);
            progress.registered(made.len(), count);
        }
    }
    while let Some(account) = making.join_next().await {
        made.push(account?);
    }
    made.sort_by_key(|(number, _)| *number);
    made.into_iter().map(|(_, account)| account).collect()
}

/// Layers as a browser sends them: a quarter, a half, the whole.
fn pictures(layers: u8, rate: u32) -> Vec<Picture> {
    let whole = Picture { rid: None, size: (1_280, 720), rate, payload: PAYLOAD };
    let half = Picture { rid: Some("h"), size: (640, 360), rate: rate / 3, payload: 1_000 };
    let quarter = Picture { rid: Some("q"), size: (320, 180), rate: rate / 6, payload: 700 };
    match layers {
        0 => Vec::new(),
        1 => vec![whole],
        2 => vec![half, Picture { rid: Some("f"), ..whole }],
        _ => vec![quarter, half, Picture { rid: Some("f"), ..whole }],
    }
}
