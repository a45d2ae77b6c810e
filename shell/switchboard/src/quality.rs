//! What devices report of their own media: told to the others, and written down.

use std::collections::BTreeMap;
use std::time::Duration;

use call::{ParticipantStatus, Refusal, RingMode};
use serde_json::json;
use tokio::time::Instant;
use vocab::{DeviceId, UserId};
use wire::Failure;
use wire::body::{ConnectionQuality, SelectedPath};
use wire::event::QualityReport;

use crate::call_task::CallTask;
use crate::message::Message;
use crate::registry::Frame;
use crate::switchboard::{Actor, Switchboard};

/// A report in which nothing changes but the numbers is written down at most this often.
const WRITTEN_EVERY: Duration = Duration::from_secs(30);

/// The last report of each participant of one call.
#[derive(Debug, Default)]
pub(crate) struct Reports(BTreeMap<UserId, Reported>);

#[derive(Debug, Clone, Copy)]
struct Reported {
    grade: ConnectionQuality,
    path: Option<SelectedPath>,
    written_at: Instant,
}

impl Switchboard {
    /// Takes in a device's own view of its media connection.
    ///
    /// # Errors
    /// `call_not_found`, `call_ended`, `not_joined`, `not_this_device`.
    pub async fn quality(&self, actor: &Actor, report: QualityReport) -> Result<(), Failure> {
        let (user, device) = (actor.user, self.speaking_device(actor)?);
        let asked = |reply| {
            let (device, report) = (device.clone(), Box::new(report.clone()));
            Message::Quality { user, device, report, reply }
        };
        self.ask(report.call_id.0, asked).await
    }
}

impl CallTask {
    /// Tells the others about a new grade, and writes a new grade or path down.
    pub(crate) async fn note_quality(
        &mut self,
        user: UserId,
        device: &DeviceId,
        report: QualityReport,
    ) -> Result<(), Failure> {
        let state = self.call.state();
        let me = state.participant(user).filter(|me| me.ring.mode != RingMode::Withheld);
        let me = me.ok_or(Refusal::NotFound)?;
        if state.status.is_terminal() {
            return Err(Refusal::CallEnded.into());
        }
        if me.status != ParticipantStatus::Joined {
            return Err(Refusal::NotJoined.into());
        }
        if !me.sits_on(device) {
            return Err(Refusal::NotThisDevice.into());
        }
        let now = Instant::now();
        let former = self.reports.0.get(&user).copied();
        let path = report.path.or(former.and_then(|former| former.path));
        let graded = former.is_none_or(|former| former.grade != report.grade);
        let moved = former.is_none_or(|former| former.path != path);
        let stale = former.is_none_or(|former| now - former.written_at >= WRITTEN_EVERY);
        if graded && let Some(frame) = Frame::new("call:quality", &report.heard_from(user)) {
            for listener in state.audience() {
                self.board.registry().send(listener, &frame);
            }
        }
        if graded || moved || stale {
            let (call, grade) = (state.id, report.grade);
            self.reports.0.insert(user, Reported { grade, path, written_at: now });
            let mut stats = json!({ "cause": report.cause, "stats": report.stats });
            if let Some(path) = path {
                stats["path"] = json!(path);
            }
            let written = self.board.store().set_quality(call, user, grade.as_str(), stats).await;
            if let Err(error) = written {
                tracing::warn!(%call, %error, "a quality grade was not written down");
            }
        }
        Ok(())
    }

    /// Sums up the call's quality once it is over: how many had which grade at the end, and
    /// which way the media of each went.
    pub(crate) async fn write_quality(&mut self) {
        let reports = std::mem::take(&mut self.reports.0);
        if reports.is_empty() {
            return;
        }
        let count = |wanted| reports.values().filter(|last| last.grade == wanted).count();
        let mut stats = json!({
            "good": count(ConnectionQuality::Good),
            "fair": count(ConnectionQuality::Fair),
            "poor": count(ConnectionQuality::Poor),
        });
        let paths: serde_json::Map<_, _> = reports
            .iter()
            .filter_map(|(user, last)| Some((user.to_string(), json!(last.path?))))
            .collect();
        if !paths.is_empty() {
            stats["paths"] = paths.into();
        }
        let call = self.call.state().id;
        if let Err(error) = self.board.store().set_quality_stats(call, stats).await {
            tracing::warn!(%call, %error, "the call's quality was not written down");
        }
    }
}
