// Which controls of a page a person cannot reach: outside the window, too small, or covered.

/** A control and what is wrong with it. */
export interface Flaw {
  readonly control: string;
  readonly wrong: string;
}

const CONTROLS =
  "button, a[href], input, select, textarea, [role=switch], [role=slider], [role=menuitem], [role=tab]";

/**
 * The flaws of all controls inside the elements that a selector finds. Each is focused first, as somebody with a
 * keyboard reaches it: what appears or scrolls into view by that is there.
 */
export function flawsOf(selector: string, least: number): Flaw[] {
  const flaws: Flaw[] = [];
  const before = document.activeElement;
  for (const root of document.querySelectorAll(selector)) {
    for (const control of root.querySelectorAll<HTMLElement>(CONTROLS)) {
      if (!reachable(control)) continue;
      control.focus();
      control.scrollIntoView({ block: "center", inline: "nearest" });
      const wrong = flawOf(control, least);
      if (wrong !== null) flaws.push({ control: nameOf(control), wrong });
    }
  }
  if (before instanceof HTMLElement) before.focus();
  return flaws;
}

/** It takes part in the page: shown, not inert, and not a native control behind a drawn one. */
function reachable(control: HTMLElement): boolean {
  const { width, height } = control.getBoundingClientRect();
  if (width <= 1 || height <= 1) return false;
  if (control.closest("[inert], [aria-hidden=true], [hidden]") !== null) return false;
  return control.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

function flawOf(control: HTMLElement, least: number): string | null {
  const box = control.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const at = `${Math.round(box.left)},${Math.round(box.top)} ${Math.round(box.width)}x${Math.round(box.height)}`;
  if (box.left < -0.5 || box.top < -0.5 || box.right > clientWidth + 0.5 || box.bottom > clientHeight + 0.5) {
    return `outside the window: ${at}`;
  }
  const inText = getComputedStyle(control).display === "inline";
  if (!inText && (box.width < least || box.height < least)) return `smaller than ${least} px: ${at}`;
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const covered = top === null || !(control.contains(top) || top.contains(control) || labels(control, top));
  return covered ? `covered by ${top === null ? "nothing" : nameOf(top)}: ${at}` : null;
}

/** A label of the control lies over it. */
function labels(control: HTMLElement, top: Element): boolean {
  return (
    control instanceof HTMLInputElement && [...(control.labels ?? [])].some((label) => label.contains(top))
  );
}

function nameOf(element: Element): string {
  const name = element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "";
  return `${element.tagName.toLowerCase()} “${name.slice(0, 40)}”`;
}
