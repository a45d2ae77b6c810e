// One mounted `<Call>`: a client, and the call that it makes or answers.

import {
  type CallClient,
  type CallClientOptions,
  type CallSession,
  createCallClient,
  type StartOptions,
} from "@aethex/calls-client";

/** What to call, or to answer. */
export interface CallTask {
  readonly connection: CallClientOptions;
  readonly start: StartOptions;
  /** Answer, or join, this call instead of starting one. */
  readonly callId?: string | undefined;
}

/** A client with its call. */
export interface CallRun {
  readonly client: CallClient;
  /** Leaves the call, then lets go of everything. */
  stop(): void;
}

/** Makes a client; it can be another one in tests. */
export type MakeClient = (options: CallClientOptions) => CallClient;

/**
 * Begins. After a reload of the page the call of before goes on, when it was this one; otherwise it is
 * started or answered. The session is the client's current one.
 */
export function beginCall(task: CallTask, make: MakeClient = createCallClient): CallRun {
  const client = make(task.connection);
  let stopped = false;
  const begun = begin(client, task, () => stopped);
  return {
    client,
    stop() {
      stopped = true;
      begun
        .then(() => leave(client.session.get().current))
        .finally(() => client.dispose())
        .catch((error: unknown) => reportError(error));
    },
  };
}

async function begin(client: CallClient, task: CallTask, stopped: () => boolean): Promise<void> {
  const before = await client.resume();
  if (before !== null) {
    const { callId, conversationId } = before.store.get();
    const same =
      task.callId === undefined ? conversationId === task.start.conversationId : callId === task.callId;
    if (same) return;
    await leave(before);
  }
  if (stopped()) return;
  if (task.callId === undefined) client.start(task.start);
  else client.answer(task.callId, { audio: task.start.audio, video: task.start.video });
}

/** Leaves a call that is not over. What goes wrong is nobody's to see any more: the server finds out. */
async function leave(session: CallSession | null): Promise<void> {
  if (session === null || session.store.get().phase === "ended") return;
  await session.dispatch({ type: "leave" }).catch(() => undefined);
}
