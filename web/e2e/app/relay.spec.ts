// Calls through a relay, and the check of the connection, with the server's own TURN.

import { expect, test } from "../harness/fixtures.js";
import { App } from "./pages.js";

const RELAY_ONLY = "Hide my address: always use the relay";

/** Every way the packets of a page take now: kinds of local candidates in use. */
function ways(app: App): Promise<string[]> {
  return app.page.run(async () => {
    const dumps = (await window.aethexProbes?.connections.dump()) ?? [];
    return dumps.flatMap((dump) => {
      const { stats } = dump as { stats: Record<string, unknown>[] };
      const find = (id: unknown) => stats.find((one) => one.id === id);
      const transport = stats.find((one) => one.type === "transport");
      const pair = find(transport?.selectedCandidatePairId);
      return [String(find(pair?.localCandidateId)?.candidateType)];
    });
  }, undefined);
}

async function setRelayOnly(app: App): Promise<void> {
  await app.navigate("Settings");
  await app.screen.getByRole("switch", { name: RELAY_ONLY }).click();
  await expect(app.screen.getByRole("switch", { name: RELAY_ONLY })).toBeChecked();
}

test("the check finds the relay over UDP and TCP, says that TLS is not set up, and leaves nothing open", async ({
  stage,
}) => {
  const { url } = await stage.server();
  const ann = await App.open(stage, "Ann", url);
  await ann.signUp("Ann");
  await ann.navigate("Settings");
  await ann.button("Check my connection").click();
  await expect(ann.button("Check again")).toBeVisible({ timeout: 30_000 });
  const found = (name: string) =>
    ann.screen
      .getByRole("list", { name: "What was checked" })
      .getByRole("listitem")
      .filter({ hasText: new RegExp(`^${name}`) });
  await expect(found("Server")).toContainText("Answers within");
  await expect(found("Direct connection")).toContainText("Possible");
  await expect(found("Clock")).toContainText("Goes right.");
  await expect(found("Relay over UDP")).toContainText("Works: a message came back within");
  await expect(found("Relay over TCP")).toContainText("Works: a message came back within");
  await expect(found("Relay over TLS")).toContainText("Not set up on this server.");
  expect(await ann.page.run(() => window.aethexProbes?.connections.made(), undefined)).toBe(5);
  expect(await ann.page.run(() => window.aethexProbes?.connections.open(), undefined)).toBe(0);
  await ann.expectClean();
});

test("who hides their address calls through the relay, and a running call changes over", async ({
  stage,
}) => {
  test.setTimeout(120_000);
  const { url } = await stage.server();
  const [ann, bob] = await Promise.all([App.open(stage, "Ann", url), App.open(stage, "Bob", url)]);
  await ann.signUp("Ann");
  await bob.signUp("Bob");
  await setRelayOnly(ann);
  await ann.page.reload();
  await expect(ann.screen.getByRole("switch", { name: RELAY_ONLY })).toBeChecked();
  await ann.navigate("Conversations");
  await ann.find("Bob");
  await ann.button("Video call").click();
  await bob.button("Answer with video").click();
  await Promise.all([ann.expectInCall(), bob.expectInCall()]);
  await ann.expectToSee("Bob");
  await bob.expectToSee("Ann");
  await expect.poll(() => ways(ann), { message: "Ann's way" }).toEqual(["relay"]);
  const seen = await bob.page.run(async () => {
    const [dump] = (await window.aethexProbes?.connections.dump()) ?? [];
    const { stats } = dump as { stats: Record<string, unknown>[] };
    const remote = stats.filter((one) => one.type === "remote-candidate");
    return [...new Set(remote.map((one) => one.candidateType))];
  }, undefined);
  expect(seen, "what Bob learns of Ann").toEqual(["relay"]);

  // Bob hides too, while they talk.
  await bob.button("Open mini player").click();
  await setRelayOnly(bob);
  await expect.poll(() => ways(bob), { message: "Bob's way", timeout: 20_000 }).toEqual(["relay"]);
  expect(await bob.page.run(() => window.aethexProbes?.connections.open(), undefined)).toBe(1);
  await ann.expectToSee("Bob");
});

test("who hides their address from a server without a relay is told so", async ({ stage }) => {
  const { url } = await stage.server({ settings: { TURN_EMBEDDED: "off" } });
  const [ann, bob] = await Promise.all([App.open(stage, "Ann", url), App.open(stage, "Bob", url)]);
  await ann.signUp("Ann");
  await bob.signUp("Bob");
  await setRelayOnly(ann);
  await ann.navigate("Conversations");
  await ann.find("Bob");
  await ann.button("Audio call").click();
  await bob.button("Answer with audio").click();
  await expect(ann.screen.getByText(/There is no relay to hide your address behind/)).toBeVisible();
});
