// Where in the app one is, kept in the address bar by the History API (WHATWG HTML §7.4).

import { createStore, type Store } from "@aethex/calls-client";
import { pathOf, type Route, routeOf } from "./route.js";

/** The part of `window` that is used. */
export interface AddressBar {
  readonly location: { readonly pathname: string };
  readonly history: Pick<History, "pushState" | "replaceState" | "back" | "state">;
  addEventListener(type: "popstate", listener: () => void): void;
  removeEventListener(type: "popstate", listener: () => void): void;
}

/** Where one is. */
export interface Place {
  readonly route: Route;
  /** Whether this page was reached from another one of the app, so that "back" stays in it. */
  readonly inside: boolean;
}

/** Goes from page to page. */
export interface Router {
  readonly store: Store<Place>;
  /** Goes to a page; `replace` leaves no step to come back to. */
  go(route: Route, how?: "push" | "replace"): void;
  /** One step back, or to `otherwise` when that would leave the app. */
  back(otherwise: Route): void;
  dispose(): void;
}

/** Makes the router of a window. Each entry of the browser's history knows how deep in the app it is. */
export function createRouter(bar: AddressBar): Router {
  const depth = (): number => {
    const state: unknown = bar.history.state;
    if (typeof state !== "object" || state === null || !("depth" in state)) return 0;
    return typeof state.depth === "number" ? state.depth : 0;
  };
  const here = (): Place => ({ route: routeOf(bar.location.pathname), inside: depth() > 0 });
  const store = createStore<Place>(here());
  const onPop = (): void => store.set(here());
  bar.addEventListener("popstate", onPop);
  const go = (route: Route, how: "push" | "replace" = "push"): void => {
    const path = pathOf(route);
    if (how === "replace" || path === bar.location.pathname)
      bar.history.replaceState({ depth: depth() }, "", path);
    else bar.history.pushState({ depth: depth() + 1 }, "", path);
    store.set(here());
  };
  return {
    store,
    go,
    back(otherwise) {
      if (depth() > 0) bar.history.back();
      else go(otherwise, "replace");
    },
    dispose: () => bar.removeEventListener("popstate", onPop),
  };
}
