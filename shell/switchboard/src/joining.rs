//! What people do in a call: answer, decline, hang up, mute, invite, remove.

use call::{Admission, EndReason, Input, MediaPatch, Participant, ParticipantStatus, Role};
use vocab::{CallId, ConversationId, UserId};
use wire::body::{
    AnswerRequest, AnswerResponse, CallExtras, EndResponse, InviteRequest, MediaRequest,
    MediaResponse, ParticipantsResponse, RejectRequest, RejectResponse, RoleRequest,
};
use wire::{Code, Failure, Secret};

use crate::message::Done;
use crate::switchboard::{Actor, Switchboard, stored};

impl Switchboard {
    /// Accepts a ring, or joins late.
    ///
    /// # Errors
    /// `call_not_found`, `call_ended`, `call_not_active`, `answered_elsewhere`, `full`,
    /// `removed`, `device_in_call`.
    pub async fn answer(
        &self,
        actor: &Actor,
        call: CallId,
        request: AnswerRequest,
    ) -> Result<AnswerResponse, Failure> {
        let done = self.answer_call(actor, call, &request).await?;
        let state = &done.state;
        let me = state.participant(actor.user).ok_or(Code::CallNotFound)?;
        let token = self.resume_token(call, actor.user, me);
        AnswerResponse::new(state, actor.user, done.profiles.as_ref(), token)
            .ok_or_else(|| Failure::of(Code::Internal))
    }

    pub(crate) async fn answer_call(
        &self,
        actor: &Actor,
        call: CallId,
        request: &AnswerRequest,
    ) -> Result<Done, Failure> {
        let (device, live) = self.seat_of(actor);
        let media = request.media();
        let input = |admission| Input::Answer {
            user: actor.user,
            device: device.clone(),
            take_over: request.take_over.unwrap_or(false),
            live,
            media,
            admission,
        };
        let first = self.join(actor, call, input(None)).await;
        let outsider = matches!(&first, Err(failure) if failure.code == Code::CallNotFound);
        if !outsider {
            return first;
        }
        // Any member of the conversation may join late.
        self.visible_call(actor.user, call).await?;
        self.join(actor, call, input(Some(Admission { role: Role::Member }))).await
    }

    /// Joins; a lost seat of the same device in another call is given up first.
    async fn join(&self, actor: &Actor, call: CallId, input: Input) -> Result<Done, Failure> {
        match self.command(call, Some(actor.user), input.clone()).await {
            Err(failure) if failure.code == Code::DeviceInCall => {
                self.give_up_lost_seat(actor.user, &failure).await?;
                self.command(call, Some(actor.user), input).await
            }
            result => result,
        }
    }

    /// Leaves the call that `failure` names if the user's seat there is lost; otherwise
    /// hands the failure back.
    pub(crate) async fn give_up_lost_seat(
        &self,
        user: UserId,
        failure: &Failure,
    ) -> Result<(), Failure> {
        let Some(other) = failure.call_id else { return Err(failure.clone()) };
        let stored = self.store().load_call(other).await.map_err(stored)?;
        let lost = stored.is_some_and(|stored| {
            stored.state.participant(user).is_some_and(|me| me.seat.link.is_lost())
        });
        if !lost {
            return Err(failure.clone());
        }
        self.command(other, Some(user), Input::Replace { user }).await?;
        Ok(())
    }

    /// Declines.
    ///
    /// # Errors
    /// `call_not_found`, `call_ended`, `already_answered`, `own_call`.
    pub async fn reject(
        &self,
        actor: &Actor,
        call: CallId,
        request: RejectRequest,
    ) -> Result<RejectResponse, Failure> {
        let (user, reason) = (actor.user, request.reason());
        let done = self.command(call, Some(user), Input::Reject { user, reason }).await?;
        Ok(RejectResponse::new(&done.state))
    }

    /// Hangs up: cancels, declines, ends or leaves.
    ///
    /// # Errors
    /// `call_not_found`, `not_joined`.
    pub async fn end(&self, actor: &Actor, call: CallId) -> Result<EndResponse, Failure> {
        let user = actor.user;
        let done = self.command(call, Some(user), Input::End { user }).await?;
        Ok(EndResponse::new(&done.state, done.reply))
    }

    /// Leaves without ending it for others.
    ///
    /// # Errors
    /// `call_not_found`, `not_joined`.
    pub async fn leave(&self, actor: &Actor, call: CallId) -> Result<EndResponse, Failure> {
        let user = actor.user;
        let done = self.command(call, Some(user), Input::Leave { user }).await?;
        Ok(EndResponse::new(&done.state, done.reply))
    }

    /// Changes microphone, camera or screen.
    ///
    /// # Errors
    /// `call_not_found`, `call_ended`, `not_joined`, `capability_missing`.
    pub async fn media(
        &self,
        actor: &Actor,
        call: CallId,
        request: MediaRequest,
    ) -> Result<MediaResponse, Failure> {
        let user = actor.user;
        let patch = MediaPatch::from(request);
        let done = self.command(call, Some(user), Input::ChangeMedia { user, patch }).await?;
        let me = done.state.participant(user).ok_or(Code::CallNotFound)?;
        Ok(MediaResponse::new(me.media))
    }

    /// Calls further members of the conversation.
    ///
    /// # Errors
    /// `call_not_found`, `not_member`, `capability_missing`, `not_joined`.
    pub async fn invite(
        &self,
        actor: &Actor,
        call: CallId,
        request: InviteRequest,
    ) -> Result<ParticipantsResponse, Failure> {
        let state = self.visible_call(actor.user, call).await?;
        let wanted: Vec<UserId> = request.user_ids.iter().map(|user| user.0).collect();
        let company =
            self.company(actor.user, state.conversation, Some(&wanted), Some(call)).await?;
        let input = Input::Invite { by: actor.user, invitees: company.invitees };
        self.changed(call, actor.user, input).await
    }

    /// Removes a participant.
    ///
    /// # Errors
    /// `call_not_found`, `capability_missing`, `target_not_in_call`.
    pub async fn remove_participant(
        &self,
        actor: &Actor,
        call: CallId,
        user: UserId,
    ) -> Result<ParticipantsResponse, Failure> {
        self.changed(call, actor.user, Input::Remove { by: Some(actor.user), user }).await
    }

    /// Gives a participant another role.
    ///
    /// # Errors
    /// `call_not_found`, `capability_missing`, `target_not_in_call`.
    pub async fn set_role(
        &self,
        actor: &Actor,
        call: CallId,
        user: UserId,
        request: RoleRequest,
    ) -> Result<ParticipantsResponse, Failure> {
        let role = request.role.0;
        self.changed(call, actor.user, Input::SetRole { by: actor.user, user, role }).await
    }

    /// Switches off somebody's microphone.
    ///
    /// # Errors
    /// `call_not_found`, `capability_missing`, `target_not_in_call`, `target_gone`.
    pub async fn mute_participant(
        &self,
        actor: &Actor,
        call: CallId,
        user: UserId,
    ) -> Result<ParticipantsResponse, Failure> {
        self.changed(call, actor.user, Input::Mute { by: actor.user, user }).await
    }

    /// Carries out a change of who is in a call, and how; the answer shows everybody.
    pub(crate) async fn changed(
        &self,
        call: CallId,
        by: UserId,
        input: Input,
    ) -> Result<ParticipantsResponse, Failure> {
        let done = self.command(call, Some(by), input).await?;
        let extras = CallExtras::default();
        Ok(ParticipantsResponse::new(&done.state, done.profiles.as_ref(), &extras))
    }

    /// Somebody lost their membership: they leave the conversation's live call.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn member_removed(
        &self,
        conversation: ConversationId,
        user: UserId,
    ) -> Result<(), Failure> {
        if let Some(call) = self.store().live_call_in(conversation).await.map_err(stored)? {
            self.observe(call, Input::Remove { by: None, user }).await;
        }
        Ok(())
    }

    /// A conversation was deleted: its live call ends.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn conversation_deleted(&self, conversation: ConversationId) -> Result<(), Failure> {
        if let Some(call) = self.store().live_call_in(conversation).await.map_err(stored)? {
            let reason = EndReason::ConversationDeleted;
            self.observe(call, Input::Terminate { reason }).await;
        }
        Ok(())
    }

    /// The host product ends a call.
    ///
    /// # Errors
    /// `call_not_found`, `unavailable`.
    pub async fn end_by_host_product(&self, call: CallId) -> Result<EndResponse, Failure> {
        let reason = EndReason::EndedByHost;
        let done = self.command(call, None, Input::Terminate { reason }).await?;
        Ok(EndResponse::new(&done.state, done.reply))
    }

    /// The token with which a joined participant takes their seat again.
    pub(crate) fn resume_token(
        &self,
        call: CallId,
        user: UserId,
        me: &Participant,
    ) -> Option<Secret> {
        let joined = me.status == ParticipantStatus::Joined;
        let secret = &self.settings().resume_secret;
        joined.then(|| Secret::new(secret.token(call, user, me.seat.number)))
    }
}
