// A chat product with calls: `<Call>` does the rest.

import { Call } from "@aethex/calls-react";
import "@aethex/calls-react/styles.css";
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import type { Socket } from "socket.io-client";
import { connect, enter, getToken, type Room } from "./teamroom.js";

/** A call that somebody else started. */
interface Incoming {
  readonly callId: string;
  readonly callerName: string;
}

function Teamroom({ room, socket }: { room: Room; socket: Socket }) {
  const [showCall, setShowCall] = useState(false);
  const [incoming, setIncoming] = useState<Incoming | null>(null);
  const [messages, setMessages] = useState<string[]>(["Welcome to the room."]);

  useEffect(() => {
    const rings = (call: Incoming) => setIncoming(call);
    const stopped = ({ callId }: { callId: string }) =>
      setIncoming((now) => (now?.callId === callId ? null : now));
    socket.on("call:incoming", rings);
    socket.on("call:ring-stopped", stopped);
    socket.on("call:ended", stopped);
    return () => {
      socket.off("call:incoming", rings);
      socket.off("call:ring-stopped", stopped);
      socket.off("call:ended", stopped);
    };
  }, [socket]);

  const answered = showCall ? incoming?.callId : undefined;
  return (
    <main>
      <h1>Teamroom</h1>
      <p>Signed in as {room.me.userName}.</p>
      <ul className="messages">
        {messages.map((message, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages are only added at the end
          <li key={index}>{message}</li>
        ))}
      </ul>
      <p className="buttons">
        <button type="button" onClick={() => setShowCall(true)} disabled={showCall}>
          Call {room.others.map((one) => one.userName).join(", ")}
        </button>
        {incoming !== null && !showCall && (
          <button type="button" onClick={() => setShowCall(true)}>
            Answer {incoming.callerName}
          </button>
        )}
      </p>
      {showCall && (
        <div className="call">
          <Call
            socket={socket}
            conversationId={room.conversationId}
            participants={room.others.map(({ userId, userName }) => ({ userId, userName }))}
            callId={answered}
            type="video"
            getToken={getToken}
            onCallEnd={(data) => {
              setMessages((before) => [...before, `Call ended: ${data.reason}`]);
              setShowCall(false);
              setIncoming(null);
            }}
          />
        </div>
      )}
    </main>
  );
}

const place = document.getElementById("root");
if (place === null) throw new Error("The page has no place for the product.");
const root = createRoot(place);
enter().then(
  (room) => {
    const socket = connect(room);
    root.render(
      <StrictMode>
        <Teamroom room={room} socket={socket} />
      </StrictMode>,
    );
  },
  (error: unknown) => root.render(<p role="alert">{String(error)}</p>),
);
