// The place where menus, dialogs and tooltips are put: inside the theme, inside a fullscreen element.

import { createContext, type ReactNode, useContext, useState } from "react";

const PortalContext = createContext<HTMLElement | null>(null);

/** Menus and dialogs of everything inside appear at the end of this scope in the document. */
export function PortalScope({ children }: { children: ReactNode }) {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  return (
    <PortalContext.Provider value={place}>
      {children}
      <div ref={setPlace} data-ax-portals="" />
    </PortalContext.Provider>
  );
}

/** The element to put portals in; undefined before it is there, and outside of every scope. */
export function usePortalPlace(): HTMLElement | undefined {
  return useContext(PortalContext) ?? undefined;
}
