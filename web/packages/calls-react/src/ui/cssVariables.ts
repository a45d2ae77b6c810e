// CSS variables as a React style.

import type { CSSProperties } from "react";

/** Custom properties for the `style` of an element. */
export function cssVariables(values: Readonly<Record<`--${string}`, string | number>>): CSSProperties {
  return values;
}
