// Everything that happens when somebody calls: cards, sound, title and notification.

import type { CallSession, Ring, RingOver } from "@aethex/calls-client";
import { type ReactElement, useCallback, useEffect, useState } from "react";
import { useAttention } from "../hooks/useAttention.js";
import { useClientState } from "../hooks/useClientState.js";
import { useInCall } from "../hooks/useInCall.js";
import { useRingLeader } from "../hooks/useRingLeader.js";
import { useRingSound } from "../hooks/useRingSound.js";
import { useI18n } from "../i18n/index.js";
import { useCallClient } from "../provider/client.js";
import { Toast, ToastRegion, VisuallyHidden } from "../ui/index.js";
import { callerName, ringOverText, ringText } from "../words/ringText.js";
import { IncomingCard } from "./IncomingCard.js";
import { SecondCall } from "./SecondCall.js";

/** What {@link IncomingCall} takes. */
export interface IncomingCallProps {
  /** True when left out. */
  readonly soundEnabled?: boolean;
  /** 0 to 1; 0.8 when left out. */
  readonly volume?: number;
  /** Shakes phones too. True when left out. */
  readonly vibrate?: boolean;
  /** Title and notification while the page is hidden. True when left out; permission is never asked for. */
  readonly notifications?: boolean;
  /** Tabs with the same word ring as one; for several people or products on one origin. */
  readonly ringScope?: string;
  /** The call was answered here. */
  readonly onAnswered?: (session: CallSession) => void;
}

/** How long it is said why a ring stopped, in milliseconds. */
const RING_OVER_MS = 8000;

/**
 * Shows whoever calls, anywhere in a product: mount it once below the `CallProvider`. The first call is a
 * card; further ones, and those that come during a call, are small. Only one tab makes a sound.
 */
export function IncomingCall(props: IncomingCallProps): ReactElement {
  const { soundEnabled = true, volume = 0.8, vibrate = true, notifications = true, ringScope } = props;
  const { t } = useI18n();
  const client = useCallClient();
  const rings = useClientState((state) => state.rings);
  const selfId = useClientState((state) => state.self?.id ?? null);
  const inCall = useInCall();
  const leading = useRingLeader(ringScope);
  const [over, forget] = useRingOver();

  const loud = rings.find((ring) => !ring.silent);
  const soft = inCall || loud?.soft === true;
  const tone = loud === undefined ? null : soft ? "soft" : "incoming";
  useRingSound(leading && soundEnabled ? tone : null, { volume, vibrate });
  const first = rings[0];
  useAttention(
    first === undefined || !notifications
      ? null
      : {
          id: first.callId,
          title: t("ring.titleFlash", { name: callerName(first, t) }),
          body: ringText(first, selfId, t),
        },
    leading,
  );

  const decline = useCallback(
    (ring: Ring) => {
      // The ring is gone either way; a server that cannot be reached lets it run out.
      client.decline(ring.callId).catch(() => undefined);
    },
    [client],
  );
  const { onAnswered } = props;
  const answer = useCallback(
    (ring: Ring, video: boolean) => {
      const session = client.answer(ring.callId, { audio: true, video });
      onAnswered?.(session);
    },
    [client, onAnswered],
  );

  const card = inCall ? undefined : first;
  const small = rings.filter((ring) => ring !== card);
  return (
    <>
      <VisuallyHidden>
        <span role="alert">
          {card === undefined ? "" : t("ring.isCalling", { name: callerName(card, t) })}
        </span>
      </VisuallyHidden>
      {card === undefined ? null : (
        <IncomingCard
          ring={card}
          selfId={selfId}
          onDecline={() => decline(card)}
          onAnswer={({ video }) => answer(card, video)}
        />
      )}
      <ToastRegion>
        {small.map((ring) => (
          <SecondCall
            key={ring.callId}
            ring={ring}
            selfId={selfId}
            inCall={inCall}
            onDecline={() => decline(ring)}
            onAnswer={() => answer(ring, ring.type === "video" && !inCall)}
          />
        ))}
        {over === null || rings.length > 0 ? null : (
          <Toast title={ringOverText(over, t)} onDismiss={forget} />
        )}
      </ToastRegion>
    </>
  );
}

/** The ring that stopped by itself, for a while; and the way to forget it at once. */
function useRingOver(): [RingOver | null, () => void] {
  const over = useClientState((state) => state.ringOver);
  const [forgotten, setForgotten] = useState<RingOver | null>(over);
  useEffect(() => {
    if (over === null) return;
    const timer = setTimeout(() => setForgotten(over), RING_OVER_MS);
    return () => clearTimeout(timer);
  }, [over]);
  const forget = useCallback(() => setForgotten(over), [over]);
  return [over === forgotten ? null : over, forget];
}
