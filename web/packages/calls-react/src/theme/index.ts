// The look.

export { PortalScope, usePortalPlace } from "./PortalScope.js";
export { Surface, type SurfaceProps, type Theme } from "./Surface.js";
