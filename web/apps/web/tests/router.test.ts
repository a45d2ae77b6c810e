// Addresses and pages.

import { expect, test } from "vitest";
import { pathOf, type Route, routeOf } from "../src/router/route.js";
import { createRouter } from "../src/router/router.js";
import { fakeBar } from "./fakes.js";

test.each<[string, Route]>([
  ["/", { page: "home" }],
  ["/c/01941f29", { page: "conversation", id: "01941f29" }],
  ["/c/a%2Fb", { page: "conversation", id: "a/b" }],
  ["/history", { page: "history" }],
  ["/settings/", { page: "settings" }],
  ["/call", { page: "call" }],
  ["/c", { page: "unknown", path: "/c" }],
  ["/c/%E0%A4%A", { page: "unknown", path: "/c/%E0%A4%A" }],
  ["/history/old", { page: "unknown", path: "/history/old" }],
])("%s is a page", (path, route) => {
  expect(routeOf(path)).toEqual(route);
});

test("the address of a page leads to that page", () => {
  const routes: Route[] = [{ page: "home" }, { page: "conversation", id: "a b/c" }, { page: "call" }];
  for (const route of routes) expect(routeOf(pathOf(route))).toEqual(route);
});

test("going to a page changes the address and can be gone back from", () => {
  const bar = fakeBar("/");
  const router = createRouter(bar);
  router.go({ page: "history" });
  expect(bar.path()).toBe("/history");
  router.back({ page: "home" });
  expect(bar.path()).toBe("/");
  expect(router.store.get()).toEqual({ route: { page: "home" }, inside: false });
});

test("back from a deep link stays in the app", () => {
  const bar = fakeBar("/call");
  const router = createRouter(bar);
  router.back({ page: "conversation", id: "x" });
  expect(bar.path()).toBe("/c/x");
  expect(router.store.get().route).toEqual({ page: "conversation", id: "x" });
});

test("going to the page one is on leaves no step to come back to", () => {
  const bar = fakeBar("/");
  const router = createRouter(bar);
  router.go({ page: "settings" });
  router.go({ page: "settings" });
  bar.leave();
  expect(router.store.get().route).toEqual({ page: "home" });
});
