// What a screen of the gallery is.

import type { ReactNode } from "react";
import type { FakeClient } from "./fakes.js";

/** Makes a screen; called once. */
export type GalleryScreen = (client: FakeClient) => ReactNode;
