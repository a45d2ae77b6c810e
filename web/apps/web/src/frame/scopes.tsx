// How components reach the app, and the person's things.

import { createContext, type ReactNode, useContext } from "react";
import type { App } from "./app.js";
import type { Personal } from "./personal.js";

const AppScope = createContext<App | null>(null);
const PersonalScope = createContext<Personal | null>(null);

/** Gives the app to everything inside. */
export function AppProvider({ app, children }: { app: App; children: ReactNode }) {
  return <AppScope.Provider value={app}>{children}</AppScope.Provider>;
}

/** Gives the person's things to everything inside. */
export function PersonalProvider({ personal, children }: { personal: Personal; children: ReactNode }) {
  return <PersonalScope.Provider value={personal}>{children}</PersonalScope.Provider>;
}

/** The app. @throws Outside of an {@link AppProvider}. */
export function useApp(): App {
  const app = useContext(AppScope);
  if (app === null) throw new Error("This belongs inside <AppProvider>.");
  return app;
}

/** The person's things. @throws Outside of a {@link PersonalProvider}. */
export function usePersonal(): Personal {
  const personal = useContext(PersonalScope);
  if (personal === null) throw new Error("This belongs inside <PersonalProvider>.");
  return personal;
}
