// Where the look and the language hold: the root of everything this package shows.

import { setNonce } from "get-nonce";
import { Direction, Tooltip } from "radix-ui";
import { type ComponentPropsWithoutRef, type ReactNode, useEffect } from "react";
import { I18nProvider, type I18nProviderProps, useI18n } from "../i18n/index.js";
import { cx } from "../ui/cx.js";
import { PortalScope } from "./PortalScope.js";

/** `system` follows the operating system. */
export type Theme = "system" | "light" | "dark";

/** What {@link Surface} takes, beside the attributes of its `div`. */
export interface SurfaceProps extends Omit<ComponentPropsWithoutRef<"div">, "dir" | "lang"> {
  readonly theme?: Theme | undefined;
  /** BCP 47, "en" when left out. Also sets the writing direction. */
  readonly locale?: string | undefined;
  /** Own words in place of built-in ones. */
  readonly messages?: I18nProviderProps["messages"];
  /** The nonce of the page's Content-Security-Policy, for the scroll lock of dialogs. */
  readonly nonce?: string | undefined;
  readonly children?: ReactNode;
}

/**
 * Sets tokens, theme, language, direction and the place of portals for everything inside. A Surface may hold
 * another one, for example with the other theme.
 */
export function Surface({ locale, messages, nonce, ...rest }: SurfaceProps) {
  useEffect(() => {
    if (nonce !== undefined) setNonce(nonce);
  }, [nonce]);
  return (
    <I18nProvider locale={locale} messages={messages}>
      <SurfaceRoot {...rest} />
    </I18nProvider>
  );
}

function SurfaceRoot({
  theme = "system",
  className,
  children,
  ...rest
}: Omit<SurfaceProps, "locale" | "messages" | "nonce">) {
  const { locale, dir } = useI18n();
  return (
    <div
      {...rest}
      className={cx("ax", className)}
      data-theme={theme === "system" ? undefined : theme}
      lang={locale}
      dir={dir}
    >
      <Direction.Provider dir={dir}>
        <Tooltip.Provider delayDuration={500} skipDelayDuration={200}>
          <PortalScope>{children}</PortalScope>
        </Tooltip.Provider>
      </Direction.Provider>
    </div>
  );
}
