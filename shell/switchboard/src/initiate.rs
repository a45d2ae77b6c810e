//! Starting a call, and what happens when one is already there.

use std::collections::HashSet;
use std::sync::Arc;

use auth::Limit;
use call::{
    BusyPolicy, Call, CallState, Input, Invitee, NewCall, Output, ParticipantStatus, Reach, Shape,
};
use sha2::Digest as _;
use store::{Begun, ConversationKind, InsertCallError, LoggedEvent, RequestKey};
use vocab::{CallId, ConversationId, UserId};
use wire::body::{AnswerRequest, IfActive, InitiateRequest, InitiateResponse};
use wire::{Code, Failure};

use crate::delivery::{Profiles, logged};
use crate::message::Done;
use crate::switchboard::{Actor, Switchboard, stored};

/// How often a start is tried anew when the call in the way ends at the same moment.
const ATTEMPTS: u32 = 5;

impl Switchboard {
    /// Starts a call. The same `idempotency_key` (or the one in the request) with the same body
    /// gets the same answer for 24 h.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_member`, `no_invitees`, `too_many_invitees`,
    /// `callee_blocked`, `call_active` with the call in the way, `device_in_call`, `rate_limited`,
    /// `idempotency_mismatch`.
    pub async fn initiate(
        &self,
        actor: &Actor,
        request: InitiateRequest,
        idempotency_key: Option<&str>,
    ) -> Result<InitiateResponse, Failure> {
        let (board, actor) = (self.clone(), actor.clone());
        let key = idempotency_key.map(str::to_owned).or_else(|| request.idempotency_key.clone());
        // In a task of its own: a client that goes away must not stop it half way.
        let started =
            tokio::spawn(async move { board.initiate_once(&actor, request, key.as_deref()).await });
        started.await.unwrap_or_else(|_| Err(Failure::of(Code::Internal)))
    }

    async fn initiate_once(
        &self,
        actor: &Actor,
        request: InitiateRequest,
        idempotency_key: Option<&str>,
    ) -> Result<InitiateResponse, Failure> {
        let Some(key) = idempotency_key else {
            self.limit(Limit::Initiate, actor.user)?;
            return self.start(actor, &request).await;
        };
        let now = self.clock().now();
        let request_key = RequestKey { owner: actor.user.as_uuid(), route: "initiate", key };
        let fingerprint = fingerprint(&request)?;
        let begun = self.store().begin_request(request_key, &fingerprint, now).await;
        match begun.map_err(stored)? {
            Begun::Fresh => {}
            Begun::Replay { body, .. } => {
                return serde_json::from_str(&body).map_err(|_| Failure::of(Code::Internal));
            }
            Begun::Mismatch => return Err(Failure::of(Code::IdempotencyMismatch)),
            Begun::InProgress => return Err(Failure::of(Code::IdempotencyInProgress)),
        }
        let result = match self.limit(Limit::Initiate, actor.user) {
            Ok(()) => self.start(actor, &request).await,
            Err(limited) => Err(limited),
        };
        // Only what happened is kept; after a refusal the same key may try again.
        let kept = result.as_ref().ok().and_then(|body| serde_json::to_string(body).ok());
        let finished = match kept {
            Some(body) => self.store().finish_request(request_key, 201, &body).await,
            None => self.store().abandon_request(request_key).await,
        };
        if let Err(error) = finished {
            tracing::warn!(%error, "an idempotency key was not kept");
        }
        result
    }

    async fn start(
        &self,
        actor: &Actor,
        request: &InitiateRequest,
    ) -> Result<InitiateResponse, Failure> {
        let wanted: Option<Vec<UserId>> =
            request.participant_ids.as_ref().map(|users| users.iter().map(|user| user.0).collect());
        let conversation = request.conversation_id.0;
        let company = self.company(actor.user, conversation, wanted.as_deref(), None).await?;
        for _ in 0..ATTEMPTS {
            let call = self.new_call(actor, request, &company);
            match self.insert(call, &company.profiles).await {
                Ok(done) => return Ok(self.initiated(actor, &done, false)),
                Err(InsertCallError::ConversationBusy { call }) => {
                    if let Some(response) = self.meet(actor, request, call).await? {
                        return Ok(response);
                    }
                }
                Err(InsertCallError::DeviceInCall { call }) => {
                    let detail = "This device is in another call.";
                    let failure = Failure::new(Code::DeviceInCall, detail).with_call_id(call);
                    self.give_up_lost_seat(actor.user, &failure).await?;
                }
                Err(InsertCallError::Store(error)) => return Err(stored(error)),
            }
        }
        Err(Failure::new(Code::Unavailable, "The conversation is changing too fast; try again."))
    }

    fn new_call(&self, actor: &Actor, request: &InitiateRequest, company: &Company) -> Call {
        let now = self.clock().now();
        let (device, live) = self.seat_of(actor);
        let new = NewCall {
            id: CallId::new(now, rand::random()),
            conversation: request.conversation_id.0,
            shape: company.shape,
            kind: request.kind.0,
            caller: actor.user,
            device,
            live,
            invitees: company.invitees.clone(),
            mode: request.ring_mode(),
            ring: self.settings().policy.ring,
            metadata: request.metadata_text(),
        };
        Call::initiate(now, new, self.settings().policy.clone())
    }

    /// Stores a new call and starts its task.
    async fn insert(&self, call: Call, profiles: &Arc<Profiles>) -> Result<Done, InsertCallError> {
        let state = call.state().clone();
        let events = first_events(&call, profiles);
        self.host(call, Arc::clone(profiles), &events).await?;
        let profiles = Arc::clone(profiles);
        Ok(Done { reply: call::Reply::Done, state: state.into(), profiles })
    }

    /// A call of the conversation is in the way: glare, a lost caller, or somebody else's.
    /// `None` when it is gone and the start may be tried again.
    async fn meet(
        &self,
        actor: &Actor,
        request: &InitiateRequest,
        call: CallId,
    ) -> Result<Option<InitiateResponse>, Failure> {
        let Some(stored_call) = self.store().load_call(call).await.map_err(stored)? else {
            return Ok(None);
        };
        let state = stored_call.state;
        if state.status.is_terminal() {
            return Ok(None);
        }
        let me = state.participant(actor.user);
        let rings_here = me.is_some_and(|me| me.status.is_pending() && me.hears_of_it());
        if rings_here && state.initiated_by != actor.user {
            return self.merge(actor, call).await;
        }
        // Only who can be heard from has come back; a start repeated over REST has not.
        let (_, live) = self.seat_of(actor);
        let lost = live
            && me
                .is_some_and(|me| me.status == ParticipantStatus::Joined && me.seat.link.is_lost());
        if lost {
            let replace = Input::Replace { user: actor.user };
            self.command(call, Some(actor.user), replace).await?;
            return Ok(None);
        }
        if request.if_active == Some(IfActive::Join) {
            return self.join_existing(actor, &state).await.map(Some);
        }
        Err(self.in_the_way(&state, actor.user).await)
    }

    /// Both called each other: the callee's start is the answer.
    async fn merge(
        &self,
        actor: &Actor,
        call: CallId,
    ) -> Result<Option<InitiateResponse>, Failure> {
        match self.answer_call(actor, call, &AnswerRequest::default()).await {
            Ok(done) => Ok(Some(self.initiated(actor, &done, true))),
            Err(failure) if failure.code == Code::CallEnded => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    async fn join_existing(
        &self,
        actor: &Actor,
        state: &CallState,
    ) -> Result<InitiateResponse, Failure> {
        let done = if state.status.is_unanswered() {
            // A device that cannot be heard from would hold a seat for nobody.
            let (Some(device), true) = self.seat_of(actor) else {
                return Err(Failure::of(Code::CallNotActive).with_call_id(state.id));
            };
            let input = Input::JoinOnActivation { user: actor.user, device };
            self.command(state.id, Some(actor.user), input).await?
        } else {
            self.answer_call(actor, state.id, &AnswerRequest::default()).await?
        };
        Ok(self.initiated(actor, &done, true))
    }

    async fn in_the_way(&self, state: &CallState, user: UserId) -> Failure {
        let failure = Failure::of(Code::CallActive).with_call_id(state.id);
        match self.get(user, state.id).await {
            Ok(found) => failure.with_call(found.call),
            Err(_) => failure,
        }
    }

    fn initiated(&self, actor: &Actor, done: &Done, merged: bool) -> InitiateResponse {
        let me = done.state.participant(actor.user);
        let token = me.and_then(|me| self.resume_token(done.state.id, actor.user, me));
        let device = me.and_then(|me| me.seat.device.as_ref());
        let now = self.clock().now();
        InitiateResponse::new(&done.state, done.profiles.as_ref(), now, merged, token)
            .with_device(device)
    }

    /// Finds out whom a call goes to: members only, not the caller, nobody twice, and whether
    /// each may be reached.
    pub(crate) async fn company(
        &self,
        caller: UserId,
        conversation: ConversationId,
        wanted: Option<&[UserId]>,
        except: Option<CallId>,
    ) -> Result<Company, Failure> {
        let conversation = self
            .store()
            .conversation_for(conversation, caller)
            .await
            .map_err(stored)?
            .ok_or(Code::ConversationNotFound)?;
        let members = || conversation.members.iter().map(|member| member.user);
        let mut callees: Vec<UserId> = match wanted {
            Some(wanted) => wanted.to_vec(),
            None => members().collect(),
        };
        let mut seen = HashSet::from([caller]);
        callees.retain(|user| seen.insert(*user));
        if callees.iter().any(|user| conversation.member(*user).is_none()) {
            return Err(Failure::of(Code::NotMember));
        }
        if callees.is_empty() {
            return Err(Failure::of(Code::NoInvitees));
        }
        if wanted.is_some() && callees.len() >= self.settings().named_at_most {
            return Err(Failure::of(Code::TooManyInvitees));
        }
        let mut profiles = Profiles::default();
        profiles.learn_members(&conversation.members);
        let direct = conversation.kind == ConversationKind::Direct;
        let shape = if direct { Shape::Direct } else { Shape::Group };
        let invitees = self.reach(caller, &callees, except).await?;
        Ok(Company { shape, invitees, profiles: profiles.into() })
    }

    async fn reach(
        &self,
        caller: UserId,
        callees: &[UserId],
        except: Option<CallId>,
    ) -> Result<Vec<Invitee>, Failure> {
        let store = self.store();
        let (users, blocked, busy) = tokio::try_join!(
            store.users(callees),
            store.blocked_pairs(caller, callees),
            store.busy_among(callees, except),
        )
        .map_err(stored)?;
        if callees.iter().all(|user| blocked.by_caller.contains(user)) {
            return Err(Failure::of(Code::CalleeBlocked));
        }
        let now = self.clock().now();
        let most = u64::try_from(self.settings().rings_per_callee).unwrap_or(u64::MAX);
        let rejects = self.settings().policy.busy == BusyPolicy::Reject;
        let mut invitees = Vec::with_capacity(callees.len());
        for user in callees {
            let ringing = store.ringing_count(*user).await.map_err(stored)?;
            let crowded = ringing >= most;
            let quiet = users
                .iter()
                .find(|row| row.id == *user)
                .is_none_or(|row| row.deleted_at.is_some() || row.do_not_disturb_until > Some(now));
            let reach = if blocked.by_callee.contains(user) || blocked.by_caller.contains(user) {
                Reach::Blocked
            } else if quiet || (crowded && !rejects) {
                Reach::DoNotDisturb
            } else {
                Reach::Open
            };
            let busy = busy.contains(user) || (rejects && crowded);
            invitees.push(Invitee { user: *user, reach, busy });
        }
        Ok(invitees)
    }
}

/// Whom a call goes to.
#[derive(Debug)]
pub(crate) struct Company {
    pub(crate) shape: Shape,
    pub(crate) invitees: Vec<Invitee>,
    /// The names of all members.
    pub(crate) profiles: Arc<Profiles>,
}

/// The log entries of a call's creation, in a form the store takes.
fn first_events(call: &Call, profiles: &Profiles) -> Vec<LoggedEvent> {
    let mut call = call.clone();
    let outputs: Vec<Output> = std::iter::from_fn(|| call.poll_output()).collect();
    logged(&outputs, call.state(), profiles)
}

/// What tells two bodies under one idempotency key apart.
fn fingerprint(request: &InitiateRequest) -> Result<[u8; 32], Failure> {
    let body = serde_json::to_vec(request).map_err(|_| Failure::of(Code::Internal))?;
    Ok(sha2::Sha256::digest(body).into())
}
