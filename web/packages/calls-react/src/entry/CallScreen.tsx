// A whole call on one screen: calling, in the call, ended.

import type { CallSession } from "@aethex/calls-client";
import { type ReactElement, useMemo, useRef } from "react";
import { useCall } from "../hooks/useCall.js";
import { useShortcuts } from "../hooks/useShortcuts.js";
import { useI18n } from "../i18n/index.js";
import type { Candidate } from "../people/InviteDialog.js";
import { useCallClient } from "../provider/client.js";
import { followOffer } from "../provider/followOffer.js";
import { useCallOptions } from "../provider/options.js";
import { type CallView, type CallViewOptions, createCallView, type LayoutMode } from "../stage/callView.js";
import { type CallSlots, InCall } from "../stage/InCall.js";
import { createViewMemory } from "../stage/viewMemory.js";
import { SessionProvider } from "../store/index.js";
import { LiveRegion, useAnnounce } from "../ui/index.js";
import type { EndedOffer } from "../words/endedText.js";
import styles from "./CallScreen.module.css";
import { EndedScreen } from "./EndedScreen.js";
import { type KnownPerson, RingingScreen } from "./RingingScreen.js";

/** What {@link CallScreen} takes. */
export interface CallScreenProps {
  readonly session: CallSession;
  /** The call is over, and the person has closed the screen. */
  readonly onDone: () => void;
  /** A further call began from the screen after this one; it is also the client's current session. */
  readonly onNext?: ((next: CallSession) => void) | undefined;
  /** In place of calling again, joining again and so on by itself. */
  readonly onOffer?: ((offer: Exclude<EndedOffer, null>, session: CallSession) => void) | undefined;
  /** With it the call can be made small; the screen is then to be replaced by a `MiniPlayer`. */
  readonly onMinimize?: (() => void) | undefined;
  /** Whom is called, until the server says so. */
  readonly people?: readonly KnownPerson[] | undefined;
  /** How to begin; as the person chose last on this device when left out. */
  readonly layout?: LayoutMode | undefined;
  readonly slots?: CallSlots | undefined;
  /** Who can be invited; without it nobody can. */
  readonly candidates?: readonly Candidate[] | undefined;
}

/** Fills its place, which should be as high as the window. Needs a `CallProvider`. */
export function CallScreen(props: CallScreenProps): ReactElement {
  const { session, layout } = props;
  const { features } = useCallOptions();
  const view = useViewOf(session, { layout, singleKeys: features.singleKeys !== false });
  return (
    <SessionProvider session={session}>
      <LiveRegion>
        <div className={styles.screen}>
          <Phases {...props} view={view} />
        </div>
      </LiveRegion>
    </SessionProvider>
  );
}

/** A view for each call; its pins and panels end with it, the layout and the place of the own tile are kept. */
function useViewOf(session: CallSession, options: CallViewOptions): CallView {
  const held = useRef<{ readonly session: CallSession; readonly view: CallView } | null>(null);
  if (held.current?.session !== session) {
    const memory = createViewMemory();
    held.current = { session, view: createCallView({ ...options, memory }) };
  }
  return held.current.view;
}

function Phases({ view, ...props }: CallScreenProps & { readonly view: CallView }): ReactElement {
  const { session, onDone, onNext, onOffer, onMinimize, people, slots, candidates } = props;
  const client = useCallClient();
  const stage = useCall((state) => {
    if (state.phase === "ended") return "ended";
    if (state.phase === "starting" || state.phase === "ringing") return "calling";
    return state.phase === "connecting" && state.participants.length <= 2 ? "calling" : "in-call";
  });
  if (stage === "ended") {
    return (
      <EndedScreen
        people={people}
        onClose={onDone}
        onOffer={(offer) => {
          if (onOffer !== undefined) {
            onOffer(offer, session);
            return;
          }
          const next = followOffer(client, session.store.get(), offer);
          onNext?.(next);
        }}
      />
    );
  }
  return (
    <>
      <Keys session={session} view={view} />
      {stage === "calling" ? (
        <RingingScreen people={people} />
      ) : (
        <InCall view={view} onMinimize={onMinimize} slots={slots} candidates={candidates} />
      )}
    </>
  );
}

/** Binds the keys; shows nothing. */
function Keys({ session, view }: { readonly session: CallSession; readonly view: CallView }): null {
  const { t } = useI18n();
  const announce = useAnnounce();
  const actions = useMemo(
    () => ({
      reactions: () => view.toggle("reactions"),
      layout: () => {
        view.cycleLayout();
        announce(t("announce.layout", { layout: t(`layout.${view.store.get().layout}`) }));
      },
      people: () => view.toggle("people"),
      list: () => view.toggle("shortcuts"),
      close: () => {
        view.close();
      },
      fullscreen: () => {
        // Refused outside of a click, or where there is no full screen: nothing changes.
        view.toggleFullscreen().catch(() => undefined);
      },
      singleKeys: () => view.store.get().singleKeys,
    }),
    [view, announce, t],
  );
  useShortcuts(session, actions);
  return null;
}
