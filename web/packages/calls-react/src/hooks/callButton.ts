// What a hook gives that stands for a button.

/** The attributes of a `button` element that does something in a call. */
export interface CallButtonProps {
  readonly type: "button";
  /** Names the action, so it changes with the state. */
  readonly "aria-label": string;
  readonly "aria-busy": boolean | undefined;
  readonly onClick: () => void;
}

/** A button without a look. */
export interface CallButton {
  /** The name of the action, in the language around. */
  readonly label: string;
  /** `failed`: wanted, but it does not work. */
  readonly state: "on" | "off" | "starting" | "failed";
  /** For a `button` of one's own. */
  readonly buttonProps: CallButtonProps;
}

/** Makes the button. */
export function callButton(label: string, state: CallButton["state"], onClick: () => void): CallButton {
  const busy = state === "starting" || undefined;
  return { label, state, buttonProps: { type: "button", "aria-label": label, "aria-busy": busy, onClick } };
}
