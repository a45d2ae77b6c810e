// Media through the server; a part of its own, loaded when a call needs it.

export { type RoomEvent, type SfuOptions, SfuSession } from "./sfuSession.js";
