// The picture of a reaction, drawn: looks alike everywhere, and needs no font with emoji.

import { Frown, Heart, Laugh, Lightbulb, PartyPopper, ThumbsDown, ThumbsUp } from "lucide-react";
import type { ReactElement } from "react";
import styles from "./ReactionIcon.module.css";
import { type KnownReaction, knownReaction, shortReaction } from "./reactions.js";

const icons: Readonly<Record<KnownReaction["icon"], ReactElement>> = {
  "thumbs-up": <ThumbsUp />,
  heart: <Heart />,
  laugh: <Laugh />,
  party: <PartyPopper />,
  wow: <Wow />,
  sad: <Frown />,
  idea: <Lightbulb />,
  "thumbs-down": <ThumbsDown />,
};

/** Decoration: the label stands beside it. An unknown reaction is shown as it was written. */
export function ReactionIcon({ reaction }: { reaction: string }) {
  const known = knownReaction(reaction);
  if (known === null) {
    return (
      <span className={styles.text} aria-hidden="true" dir="auto">
        {shortReaction(reaction)}
      </span>
    );
  }
  return (
    <span className={styles.icon} aria-hidden="true" data-reaction={known.icon}>
      {icons[known.icon]}
    </span>
  );
}

function Wow() {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <circle cx="12" cy="12" r="10" />
      <ellipse cx="12" cy="16" rx="2" ry="2.5" />
      <path d="M9 9h.01M15 9h.01" />
    </svg>
  );
}
