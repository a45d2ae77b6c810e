// The second arrow of spec/calls: the events of every scenario, folded, are its view.

import { afterAll, describe, expect, test } from "vitest";
import { type CallView, fold, type NumberedEvent } from "../../src/view/index.js";
import { inFile, initialView, numberedEvents, readScenario, scenarioFiles } from "./scenarioFile.js";

const files = scenarioFiles();
const run = new Set<string>();

describe("the folded events of a scenario are its view", () => {
  test.each(files)("%s", (file) => {
    const scenario = readScenario(file);
    const events = numberedEvents(scenario);
    expect(events.at(-1)?.seq).toBe(scenario.view.rev);
    expect(inFile(foldAll(initialView(scenario), events))).toEqual(scenario.view);
    run.add(file);
  });

  test.each(files)("%s, every event twice", (file) => {
    const scenario = readScenario(file);
    const twice = numberedEvents(scenario).flatMap((event) => [event, event]);
    expect(inFile(foldAll(initialView(scenario), twice))).toEqual(scenario.view);
  });

  afterAll(() => {
    expect(files.length).toBeGreaterThan(0);
    expect([...run].sort()).toEqual([...files].sort());
  });
});

test("every numbered event of every scenario can be read, and all known events occur", () => {
  const events = files.flatMap((file) => numberedEvents(readScenario(file)));
  const steps = events.filter((event) => event.seq > 1);
  expect(steps.filter((event) => event.unreadable || event.change === null)).toEqual([]);
  expect(new Set(steps.map((event) => event.change?.name)).size).toBe(15);
});

function foldAll(initial: CallView, events: readonly NumberedEvent[]): CallView {
  return events.reduce((view, event) => {
    const result = fold(view, event);
    if ("gap" in result) throw new Error(`a gap before ${event.seq}, view at ${view.rev}`);
    return "view" in result ? result.view : view;
  }, initial);
}
