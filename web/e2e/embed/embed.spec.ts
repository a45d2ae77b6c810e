// A product of another origin, with its own people and tokens, has calls: with `<Call>`, and with WebRTCManager.

import { expect, test } from "../harness/fixtures.js";
import { expectMotion, expectSound } from "../harness/probing.js";
import { openTeamroom, type Product } from "../harness/product.js";

let product: Product | null = null;

test.afterEach(() => {
  product?.stop();
  product = null;
});

test("two people of a product talk through <Call>, and the product hears of the end", async ({ stage }) => {
  test.setTimeout(120_000);
  product = await openTeamroom(stage);
  const [ann, bob] = [await stage.page("Ann"), await stage.page("Bob")];
  await ann.open(`${product.url}/?as=ann`);
  await bob.open(`${product.url}/?as=bob`);
  await expect(bob.native.getByText("Signed in as Bob.")).toBeVisible();
  await ann.native.getByRole("button", { name: "Call Bob" }).click();
  await bob.native.getByRole("button", { name: "Answer Ann" }).click();
  for (const page of [ann, bob]) {
    await expectMotion(page, ".call video");
    await expectSound(page);
  }
  await ann.native.getByRole("button", { name: "End call" }).click();
  for (const page of [ann, bob]) {
    await expect(page.native.getByText("Call ended: ended-by-user")).toBeVisible();
  }
  for (const page of [ann, bob]) {
    expect(page.console.filter((line) => /^(error|uncaught|warning)/.test(line))).toEqual([]);
  }
});

test("two people of a product talk through WebRTCManager and buttons of its own", async ({ stage }) => {
  test.setTimeout(90_000);
  product = await openTeamroom(stage);
  const [ann, bob] = [await stage.page("Ann"), await stage.page("Bob")];
  await ann.open(`${product.url}/founding.html?as=ann`);
  await bob.open(`${product.url}/founding.html?as=bob`);
  await expect(bob.native.getByRole("status")).toHaveText("Signed in as Bob");
  await ann.native.getByRole("button", { name: "Call" }).click();
  await bob.native.getByRole("button", { name: "Answer" }).click();
  for (const page of [ann, bob]) {
    await expectMotion(page, "#remote");
    await expectSound(page);
  }
  await ann.native.getByRole("button", { name: "Hang up" }).click();
  for (const page of [ann, bob]) {
    await expect(page.native.getByRole("status")).toHaveText("Ended: ended-by-user");
  }
});
