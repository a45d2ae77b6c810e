//! One scenario while it is played: the call, the clock, the devices that are online.

use std::collections::BTreeSet;
use std::time::Duration;

use call::{Output, outcome};
use serde_json::{Value, json};
use testkit::{WatchedCall, at};
use vocab::UnixMillis;

use crate::cast::{device, name, owner};
use crate::command;
use crate::wire;

/// A scenario being played.
pub(crate) struct Stage {
    watched: WatchedCall,
    online: BTreeSet<String>,
    told: Vec<Value>,
}

impl Stage {
    /// Sets the scene and starts the call.
    pub(crate) fn set(scenario: &Value) -> Self {
        let online = scenario["online"].as_array().expect("online").iter();
        let online: BTreeSet<String> =
            online.map(|one| one.as_str().expect("a device").to_owned()).collect();
        let live = scenario["call"]["device"].as_str().is_none_or(|own| online.contains(own));
        let new = command::new_call(scenario, live);
        let watched = WatchedCall::start(at(0), new, command::policy(scenario));
        let mut stage = Self { watched, online, told: Vec::new() };
        stage.tell(at(0));
        stage
    }

    /// Plays a step: what is due before it, then the command. The answer, if it is one.
    pub(crate) fn play(&mut self, step: &Value) -> Option<(&'static str, &'static str)> {
        let now = at(step["at"].as_i64().expect("a time"));
        let waits = step["do"] == "wait";
        // A command at the very moment of a deadline comes before it.
        let before = if waits { now } else { now - Duration::from_millis(1) };
        while let Some(due) = self.watched.call.poll_timeout().filter(|due| *due <= before) {
            self.watched.timeout(due);
            self.tell(due);
        }
        let who = command::word(step, "device").map(device);
        let name = command::word(step, "device").unwrap_or_default().to_owned();
        match step["do"].as_str() {
            Some("device-up") => {
                self.online.insert(name.clone());
            }
            Some("device-down") => {
                self.online.remove(&name);
            }
            Some("server-restart") => self.online.clear(),
            _ => {}
        }
        let by = command::word(step, "by").map(crate::cast::user);
        let others_up = self.online.iter().any(|one| Some(owner(one)) == by);
        let live = who.map_or(others_up, |_| self.online.contains(&name));
        let seat = by.and_then(|by| self.watched.call.state().participant(by));
        let seat = seat.map_or(0, |one| one.seat.number);
        let input = command::input(step, live, others_up, seat)?;
        let answer = self.watched.input(now, input);
        self.tell(now);
        Some(match answer {
            Ok(reply) => ("reply", command::reply(reply)),
            Err(refusal) => ("refused", command::refusal(refusal)),
        })
    }

    /// What devices were told since the last time.
    pub(crate) fn told(&mut self) -> Value {
        Value::Array(std::mem::take(&mut self.told))
    }

    /// The view all events so far add up to; it equals the snapshot.
    pub(crate) fn view(&self) -> Value {
        wire::view(&self.watched.view)
    }

    /// The end in short; `wanted` names the viewers whose history is of interest.
    pub(crate) fn ending(&self, wanted: &Value) -> Value {
        let state = self.watched.call.state();
        let people = state.participants.iter();
        let statuses = people.map(|one| (name(one.user), json!(one.status.as_str())));
        let statuses: serde_json::Map<String, Value> = statuses.collect();
        let mut ending = json!({
            "status": state.status.as_str(),
            "endReason": state.end_reason.map(call::EndReason::as_str),
            "endedBy": state.ended_by.map(name),
            "duration": state.duration_secs(),
            "participants": statuses,
        });
        if let Some(viewers) = wanted["history"].as_object() {
            let seen = viewers.keys().map(|viewer| {
                let outcome = outcome(state, crate::cast::user(viewer));
                (viewer.clone(), json!(outcome.map(call::Outcome::as_str)))
            });
            ending["history"] = Value::Object(seen.collect());
        }
        if wanted.get("missedEntries").is_some() {
            let missed = state.participants.iter().filter(|one| one.missed_entry);
            ending["missedEntries"] = missed.map(|one| name(one.user)).collect();
        }
        ending
    }

    fn tell(&mut self, now: UnixMillis) {
        let state = self.watched.call.state().clone();
        let audience: BTreeSet<String> = state.audience().map(name).collect();
        for output in self.watched.latest.clone() {
            match output {
                Output::Event(stamped) => {
                    let (event, payload) = wire::event(&stamped);
                    let to = if stamped.seq == 1 { Vec::new() } else { self.of(&audience) };
                    let (seq, at) = (stamped.seq, wire::millis(stamped.at));
                    self.told.push(json!({
                        "seq": seq, "at": at, "event": event, "payload": payload, "to": to,
                    }));
                }
                Output::Effect(effect) => {
                    let Some(told) = wire::effect(&effect, &state, now) else { continue };
                    let mut to = self.of(&BTreeSet::from([told.user]));
                    to.retain(|one| told.only.as_ref().is_none_or(|only| only.as_str() == one));
                    to.retain(|one| told.except.as_ref().is_none_or(|not| not.as_str() != one));
                    if to.is_empty() {
                        continue;
                    }
                    let at = wire::millis(now);
                    let (event, payload) = (told.event, told.payload);
                    self.told.push(json!({
                        "at": at, "event": event, "payload": payload, "to": to,
                    }));
                }
            }
        }
        self.watched.latest.clear();
    }

    /// The devices of these people that are online.
    fn of(&self, people: &BTreeSet<String>) -> Vec<String> {
        let mine = self.online.iter().filter(|one| people.contains(&name(owner(one))));
        mine.cloned().collect()
    }
}
