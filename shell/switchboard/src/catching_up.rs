//! What a device is told when it connects or comes back.

use call::{CallState, Input, Refusal};
use vocab::{DeviceId, UserId};
use wire::Failure;
use wire::body::{CallBody, CallExtras, LoggedEventBody};
use wire::event::{MissedUnseenEvent, ResumeEvent, ResumeResponse};

use crate::message::Message;
use crate::reading::logged_body;
use crate::registry::Frame;
use crate::switchboard::{Actor, Switchboard, stored};

/// Missed calls shown to a device that connects; further ones it can page through.
const MISSED_SHOWN: u64 = 20;

/// Events replayed to a device that comes back; after a longer gap the snapshot must do.
const REPLAYED: u64 = 256;

impl Switchboard {
    /// Open rings ring, a lost seat is found, unseen missed calls are shown.
    pub(crate) async fn catch_up(&self, user: UserId, device: DeviceId) {
        for (_, mailbox) in self.directory().mailboxes_of(user) {
            let up = Message::Observe(Input::DeviceUp { user, device: device.clone() });
            // A call that ended meanwhile has no use for it.
            drop(mailbox.send(up).await);
        }
        match self.missed_unseen(user).await {
            Ok(event) if event.count == 0 => {}
            Ok(event) => {
                if let Some(frame) = Frame::new("call:missed-unseen", &event) {
                    self.registry().send_to(user, &device, &frame);
                }
            }
            Err(failure) => {
                tracing::warn!(%user, code = %failure.code, "missed calls were not shown");
            }
        }
    }

    /// Whoever has a missed call more or less by a change of a call hears so on all devices.
    /// It is read from the database, so it waits for nobody.
    pub(crate) fn tell_missed_changes(&self, before: &CallState, after: &CallState) {
        for me in &after.participants {
            let had = before.participant(me.user).is_some_and(|me| me.missed_entry);
            if had != me.missed_entry {
                let (board, user) = (self.clone(), me.user);
                tokio::spawn(async move { board.tell_missed(user).await });
            }
        }
    }

    /// Tells all devices of a user which missed calls they have not seen; none is news too.
    pub(crate) async fn tell_missed(&self, user: UserId) {
        if !self.registry().is_online(user) {
            return;
        }
        match self.missed_unseen(user).await {
            Ok(event) => {
                if let Some(frame) = Frame::new("call:missed-unseen", &event) {
                    self.registry().send(user, &frame);
                }
            }
            Err(failure) => {
                tracing::warn!(%user, code = %failure.code, "missed calls were not shown");
            }
        }
    }

    async fn missed_unseen(&self, user: UserId) -> Result<MissedUnseenEvent, Failure> {
        let page = self.store().missed(user, true, None, MISSED_SHOWN).await.map_err(stored)?;
        if page.rows.is_empty() {
            return Ok(MissedUnseenEvent { count: 0, items: Vec::new() });
        }
        let count = self.store().unseen_missed_count(user).await.map_err(stored)?;
        let items = self.entries(user, page).await?.items;
        Ok(MissedUnseenEvent { count, items })
    }

    /// A device comes back into its call: the seat is its own again, and it is told what it
    /// missed. Without a token it is only told, if it may see the call.
    ///
    /// # Errors
    /// `call_not_found`, `call_ended`, `not_joined`, `seat_gone`, `removed`.
    pub async fn resume(
        &self,
        actor: &Actor,
        request: ResumeEvent,
    ) -> Result<ResumeResponse, Failure> {
        let (call, user) = (request.call_id.0, actor.user);
        let Some(token) = &request.resume_token else {
            let found = self.get(user, call).await?.call;
            let events = self.missed_events(&request, found.rev).await?;
            return Ok(ResumeResponse::new(found, events, None));
        };
        let secret = &self.settings().resume_secret;
        let seat = secret.verify(call, user, token.expose()).ok_or(Refusal::SeatGone)?;
        let (device, _) = self.seat_of(actor);
        let device = device.ok_or(Refusal::NotThisDevice)?;
        let input = Input::Resume { user, device, seat };
        let done = self.command(call, Some(user), input).await?;
        let me = done.state.participant(user).ok_or(Refusal::NotFound)?;
        let token = self.resume_token(call, user, me);
        let extras = CallExtras::default();
        let body = CallBody::new(&done.state, done.profiles.as_ref(), &extras);
        let events = self.missed_events(&request, body.rev).await?;
        Ok(ResumeResponse::new(body, events, token))
    }

    /// The events after the last one the device has, unless there are too many.
    async fn missed_events(
        &self,
        request: &ResumeEvent,
        rev: u64,
    ) -> Result<Vec<LoggedEventBody>, Failure> {
        let Some(last) = request.last_seq.filter(|last| rev.saturating_sub(*last) <= REPLAYED)
        else {
            return Ok(Vec::new());
        };
        let call = request.call_id.0;
        let logged = self.store().events_after(call, last, REPLAYED).await.map_err(stored)?;
        Ok(logged.into_iter().filter(|event| event.seq <= rev).map(logged_body).collect())
    }
}
