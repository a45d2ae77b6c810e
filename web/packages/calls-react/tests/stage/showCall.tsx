// Shows a running call made of fakes.

import type { CallState } from "@aethex/calls-client";
import { render } from "@testing-library/react";
import userEvent, { PointerEventsCheckLevel } from "@testing-library/user-event";
import { StrictMode } from "react";
import { type FakeSession, fakeClient, fakeSession } from "../../gallery/fakes.js";
import { CallProvider } from "../../src/provider/CallProvider.js";
import type { CallFeatures } from "../../src/provider/options.js";
import { type CallView, createCallView, InCall, type InCallProps } from "../../src/stage/index.js";
import { SessionProvider } from "../../src/store/index.js";
import { LiveRegion } from "../../src/ui/index.js";

/** What a test has in hand. */
export interface ShownCall {
  readonly session: FakeSession;
  readonly view: CallView;
  readonly user: ReturnType<typeof userEvent.setup>;
}

/** Renders `<InCall>` in StrictMode with everything it needs around. */
export function showCall(
  state: Partial<CallState> = {},
  props: Partial<InCallProps> & { readonly features?: CallFeatures; readonly locale?: string } = {},
): ShownCall {
  const { features = {}, locale = "en", view = createCallView(), ...rest } = props;
  const session = fakeSession(state);
  render(
    <StrictMode>
      <CallProvider client={fakeClient()} locale={locale} features={features}>
        <SessionProvider session={session}>
          <LiveRegion>
            <InCall view={view} {...rest} />
          </LiveRegion>
        </SessionProvider>
      </CallProvider>
    </StrictMode>,
  );
  return { session, view, user: userEvent.setup({ pointerEventsCheck: PointerEventsCheckLevel.Never }) };
}
