// The start of the app in a browser: the only place that touches the page's globals.

import { createCallClient } from "@aethex/calls-client";
import "@aethex/calls-react/styles.css";
import { createRoot } from "react-dom/client";
import { io } from "socket.io-client";
import { App } from "./App.js";
import { createApp } from "./frame/app.js";
import "./main.css";
import { claimDeviceId } from "./session/deviceId.js";
import { exclusiveBy } from "./session/locks.js";

async function start(): Promise<void> {
  const place = document.getElementById("app");
  if (place === null) throw new Error("index.html has no #app");
  const locks: LockManager | undefined = navigator.locks;
  const random = (): string =>
    Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join("");
  const deviceId = await claimDeviceId({ storage: sessionStorage, locks, random });
  const app = createApp({
    fetcher: (input, init) => fetch(input, init),
    storage: localStorage,
    bar: window,
    exclusive: exclusiveBy(locks),
    deviceId,
    openSocket: (auth) =>
      io({
        auth,
        autoConnect: false,
        transports: ["websocket", "polling"],
        tryAllTransports: true,
        reconnectionDelay: 300,
        reconnectionDelayMax: 7000,
      }),
    makeClient: createCallClient,
    now: () => Date.now(),
    after: (ms, work) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    onWake: (work) => {
      const onVisible = (): void => {
        if (document.visibilityState === "visible") work();
      };
      addEventListener("online", work);
      document.addEventListener("visibilitychange", onVisible);
      return () => {
        removeEventListener("online", work);
        document.removeEventListener("visibilitychange", onVisible);
      };
    },
    // biome-ignore lint/suspicious/noConsole: the console is where a browser app logs.
    warn: (error) => console.warn(error),
    languages: navigator.languages,
    nonce: document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content,
  });
  addEventListener("storage", ({ key, newValue }) => {
    app.session.storageChanged(key, newValue);
    app.preferences.storageChanged(key, newValue);
  });
  createRoot(place).render(<App app={app} />);
}

void start();
