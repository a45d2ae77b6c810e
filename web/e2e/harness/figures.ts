// Figures that a test measured, printed with its result.

import { test } from "@playwright/test";

/** Prints a figure and keeps it with the test. */
export function figure(name: string, value: string): void {
  test.info().annotations.push({ type: name, description: value });
  process.stdout.write(`     ${name}: ${value}\n`);
}
