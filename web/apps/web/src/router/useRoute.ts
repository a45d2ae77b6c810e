// The page one is on.

import { useSelector } from "@aethex/calls-react";
import { useApp } from "../frame/scopes.js";
import type { Route } from "./route.js";

/** The page; renders again when it changes. */
export function useRoute(): Route {
  return useSelector(useApp().router.store, (place) => place.route);
}
