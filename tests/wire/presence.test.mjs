// Who is online, as those see it who share a conversation.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { couple, people } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();

describe("presence", { concurrency: true }, () => {
  test("is told when somebody comes, and a little later when they go", async () => {
    const { ann, bob } = await couple(server);
    const watcher = await ann.device();
    const device = await bob.device();
    assert.deepEqual(await watcher.until("presence:changed", (data) => data.userId === bob.id), { userId: bob.id, online: true });
    device.close();
    await watcher.until("presence:changed", (data) => data.userId === bob.id && data.online === false);
  });

  test("is not told for a second device, nor for a page that is reloaded", async () => {
    const { ann, bob } = await couple(server);
    const watcher = await ann.device();
    const first = await bob.device();
    await watcher.until("presence:changed", (data) => data.userId === bob.id);
    const second = await bob.device();
    first.close();
    await second.flush();
    second.close();
    const third = await bob.device();
    await third.flush();
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await watcher.flush();
    assert.equal(watcher.all("presence:changed").filter((one) => one.userId === bob.id).length, 1);
  });

  test("is shown in lists of people and of members", async () => {
    const { ann, bob, conversation } = await couple(server);
    const online = async () => {
      const { items } = await ann.does("GET", `/api/users?search=${encodeURIComponent(bob.identifier)}`);
      const listed = await ann.does("GET", `/api/conversations/${conversation}`);
      return [items[0].online, listed.conversation.members.find((one) => one.userId === bob.id).online];
    };
    assert.deepEqual(await online(), [false, false]);
    const watcher = await ann.device();
    await bob.device();
    await watcher.until("presence:changed", (data) => data.userId === bob.id);
    assert.deepEqual(await online(), [true, true]);
  });

  test("is not told to people without a common conversation", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    await bob.direct(cem);
    const [watcher, friend] = await Promise.all([ann.device(), cem.device()]);
    await bob.device();
    await friend.until("presence:changed", (data) => data.userId === bob.id);
    await watcher.flush();
    assert.deepEqual(watcher.all("presence:changed"), []);
  });
});
