// Voice and video calls in the browser: the public names of this package.

export type * from "./api.js";
export { type BrowserFeatures, type BrowserScope, browserFeatures } from "./browser.js";
export { createCallClient } from "./client.js";
export * from "./connectivity/state.js";
export * from "./errors.js";
export type * from "./socket.js";
export type * from "./state.js";
export { createStore, type Store, type WritableStore } from "./store.js";
export { default as WebRTCManager, default } from "./webrtcManager.js";
export type * from "./wire/index.js";
