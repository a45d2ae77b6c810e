// Reading stores in components.

export { SessionProvider, useSession, useSessionIfAny } from "./session.js";
export { shallowEqual } from "./shallowEqual.js";
export { useSelector } from "./useSelector.js";
