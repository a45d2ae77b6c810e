// A link to a page of the app: a real one, so that it opens in new tabs too.

import type { ComponentPropsWithoutRef, MouseEvent } from "react";
import { useApp } from "../frame/scopes.js";
import { pathOf, type Route } from "./route.js";

/** What {@link Link} takes, beside the attributes of an `a`. */
export interface LinkProps extends Omit<ComponentPropsWithoutRef<"a">, "href"> {
  readonly to: Route;
}

/** Goes to a page without loading the app anew. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  const { router } = useApp();
  const go = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (event.defaultPrevented || elsewhere) return;
    event.preventDefault();
    router.go(to);
  };
  return <a {...rest} href={pathOf(to)} onClick={go} />;
}
