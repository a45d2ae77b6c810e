// What a button shows of a microphone or camera.

import type { SourceState } from "@aethex/calls-client";

/** The state of the button: what the person wants, and whether it works. */
export function sourceButton(source: SourceState): "on" | "off" | "failed" | "starting" {
  if (!source.wanted) return "off";
  return source.status === "failed" ? "failed" : source.status === "starting" ? "starting" : "on";
}
