// The product's side of calls: who is signed in, a token for the call server, and a socket.

import { io, type Socket } from "socket.io-client";

/** What the product's server says about the person and the room. */
export interface Room {
  readonly callsUrl: string;
  readonly me: { readonly userId: string; readonly userName: string };
  readonly conversationId: string;
  readonly others: readonly { readonly userId: string; readonly userName: string }[];
}

/** Signs in as `?as=ann` or `?as=bob`. A real product has a session already. */
export async function enter(): Promise<Room> {
  const name = new URLSearchParams(location.search).get("as") ?? "ann";
  const answer = await fetch("/api/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  if (!answer.ok) throw new Error(`The product's server answered ${answer.status}.`);
  return answer.json();
}

/** A fresh token of the product, which the call server verifies. */
export async function getToken(): Promise<string> {
  const answer = await fetch("/api/calls-token", { method: "POST" });
  if (!answer.ok) throw new Error(`No token: ${answer.status}.`);
  const { token }: { token: string } = await answer.json();
  return token;
}

/** Connects to the call server. A function for `auth`: each reconnection brings a fresh token. */
export function connect(room: Room): Socket {
  return io(room.callsUrl, {
    auth: (take) => {
      getToken().then(
        (token) => take({ token, client: "teamroom 1.0" }),
        // Without a token the server refuses, and the socket tries again.
        () => take({}),
      );
    },
  });
}
