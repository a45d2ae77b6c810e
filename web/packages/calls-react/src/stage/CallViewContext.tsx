// The view of the call for the pieces below.

import { createContext, type ReactNode, useContext, useState } from "react";
import { useSelector } from "../store/index.js";
import { type CallView, type CallViewState, createCallView } from "./callView.js";

const CallViewContext = createContext<CallView | null>(null);

/** Gives a view to the pieces inside. */
export function CallViewProvider({ view, children }: { view: CallView; children: ReactNode }) {
  return <CallViewContext.Provider value={view}>{children}</CallViewContext.Provider>;
}

/** The view of the nearest {@link CallViewProvider}; outside of one, a view of the component's own. */
export function useCallView(): CallView {
  const given = useContext(CallViewContext);
  const [own] = useState(createCallView);
  return given ?? own;
}

/** A part of the view. */
export function useViewState<S>(selector: (view: CallViewState) => S): S {
  return useSelector(useCallView().store, selector);
}
