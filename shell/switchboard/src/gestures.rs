//! Small signs between people in a call: a raised hand, a reaction, a request to speak.

use auth::Limit;
use call::Input;
use vocab::{CallId, UserId};
use wire::body::ParticipantsResponse;
use wire::event::{HandEvent, ReactEvent, ReactionEvent};
use wire::{Failure, Wire};

use crate::registry::Frame;
use crate::switchboard::{Actor, Switchboard};

impl Switchboard {
    /// Raises or lowers the hand; who may mute others lowers theirs too.
    ///
    /// # Errors
    /// `call_not_found`, `call_ended`, `not_joined`, `capability_missing`, `target_not_in_call`.
    pub async fn hand(
        &self,
        actor: &Actor,
        event: HandEvent,
    ) -> Result<ParticipantsResponse, Failure> {
        let user = event.user_id.map_or(actor.user, |user| user.0);
        let input = Input::RaiseHand { by: actor.user, user, raised: event.raised };
        self.changed(event.call_id.0, actor.user, input).await
    }

    /// Shows a reaction to everybody in the call; it is not kept.
    ///
    /// # Errors
    /// `call_not_found`, `call_ended`, `not_joined`, `capability_missing`, `rate_limited`.
    pub async fn react(&self, actor: &Actor, event: ReactEvent) -> Result<(), Failure> {
        let (call, user) = (event.call_id.0, actor.user);
        self.limit(Limit::Gestures, user)?;
        let done = self.command(call, Some(user), Input::React { user }).await?;
        let shown =
            ReactionEvent { call_id: Wire(call), user_id: Wire(user), reaction: event.reaction };
        if let Some(frame) = Frame::new("call:reaction", &shown) {
            for one in done.state.joined() {
                // All devices of somebody of whom none has signalled yet.
                match &one.seat.device {
                    Some(device) => self.registry().send_to(one.user, device, &frame),
                    None => self.registry().send(one.user, &frame),
                };
            }
        }
        Ok(())
    }

    /// Asks somebody to unmute; nobody is unmuted but by their own click.
    ///
    /// # Errors
    /// `call_not_found`, `call_ended`, `capability_missing`, `target_not_in_call`, `target_gone`,
    /// `rate_limited`.
    pub async fn ask_to_unmute(
        &self,
        actor: &Actor,
        call: CallId,
        user: UserId,
    ) -> Result<(), Failure> {
        let by = actor.user;
        self.limit(Limit::Gestures, by)?;
        self.command(call, Some(by), Input::AskToUnmute { by, user }).await?;
        Ok(())
    }
}
