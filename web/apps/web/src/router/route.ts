// The pages of the app and their addresses.

/** Which part of the history is asked for. */
export type HistoryKind = "all" | "missed" | "incoming" | "outgoing";

/** A page. */
export type Route =
  | { readonly page: "home" }
  | { readonly page: "conversation"; readonly id: string }
  | { readonly page: "history" }
  | { readonly page: "settings" }
  | { readonly page: "call" }
  | { readonly page: "unknown"; readonly path: string };

/** The page at an address; an address of nothing is a page too, one that says so. */
export function routeOf(path: string): Route {
  const parts = path.split("/").filter((part) => part !== "");
  const [first, second, ...rest] = parts;
  if (first === undefined) return { page: "home" };
  if (first === "c" && second !== undefined && rest.length === 0) return conversationAt(path, second);
  if (second !== undefined) return { page: "unknown", path };
  if (first === "history" || first === "settings" || first === "call") return { page: first };
  return { page: "unknown", path };
}

function conversationAt(path: string, encoded: string): Route {
  try {
    return { page: "conversation", id: decodeURIComponent(encoded) };
  } catch {
    return { page: "unknown", path };
  }
}

/** The address of a page. */
export function pathOf(route: Route): string {
  switch (route.page) {
    case "home":
      return "/";
    case "conversation":
      return `/c/${encodeURIComponent(route.id)}`;
    case "history":
    case "settings":
    case "call":
      return `/${route.page}`;
    case "unknown":
      return route.path;
  }
}
