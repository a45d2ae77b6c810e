// Shows one screen by the page's query: ?screen=ringing&theme=dark&locale=ar. Without one, the list.

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../src/styles.css";
import "./gallery.css";
import { CallProvider } from "../src/provider/CallProvider.js";
import type { Theme } from "../src/theme/index.js";
import { entryScreens } from "./entryScreens.js";
import { fakeClient } from "./fakes.js";
import { groupScreens } from "./groupScreens.js";
import type { GalleryScreen } from "./screen.js";
import { stageScreens } from "./stageScreens.js";

const screens: Readonly<Record<string, GalleryScreen>> = {
  ...entryScreens,
  ...stageScreens,
  ...groupScreens,
};
const query = new URLSearchParams(location.search);
const name = query.get("screen");
const theme = query.get("theme");
const themes: readonly string[] = ["light", "dark", "system"] satisfies Theme[];
const isTheme = (word: string | null): word is Theme => word !== null && themes.includes(word);

const client = fakeClient();
const screen = name === null ? undefined : screens[name];
const content =
  screen === undefined ? (
    <ul>
      {Object.keys(screens).map((one) => (
        <li key={one}>
          <a href={`?screen=${one}`}>{one}</a>
        </li>
      ))}
    </ul>
  ) : (
    screen(client)
  );

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root.");
document.title = name ?? "Gallery";
document.documentElement.lang = query.get("locale") ?? "en";
createRoot(root).render(
  <StrictMode>
    <CallProvider
      client={client}
      theme={isTheme(theme) ? theme : "system"}
      locale={query.get("locale") ?? "en"}
      className="gallery"
    >
      {content}
    </CallProvider>
  </StrictMode>,
);
