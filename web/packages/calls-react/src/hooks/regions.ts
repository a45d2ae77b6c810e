// Moves the focus from region to region of the page, as F6 does in programs.

/** The attribute that marks a region; its element takes the focus (`tabIndex={-1}`). */
export const REGION = "data-ax-region";

/** Focuses the next region in the order of the document, or the previous one; wraps around. */
export function focusRegion(step: 1 | -1, root: ParentNode = document): void {
  const regions = [...root.querySelectorAll<HTMLElement>(`[${REGION}]`)];
  if (regions.length === 0) return;
  const active = document.activeElement;
  const current = regions.findLastIndex((region) => region.contains(active));
  const from = current === -1 && step === -1 ? 0 : current;
  const next = regions[(from + step + regions.length) % regions.length];
  next?.focus();
}
