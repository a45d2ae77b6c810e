// The small window over all others (Document Picture-in-Picture).

import { browserFeatures } from "@aethex/calls-client";

/** The part of the API that is used (WICG Document Picture-in-Picture). */
interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

function api(): DocumentPictureInPicture | null {
  const found: unknown = Reflect.get(window, "documentPictureInPicture");
  return isApi(found) ? found : null;
}

function isApi(value: unknown): value is DocumentPictureInPicture {
  return typeof value === "object" && value !== null && "requestWindow" in value;
}

/** Whether the browser has such windows; otherwise a video element of its own is the next best. */
export function canPopOut(): boolean {
  return hasDocumentWindows() || browserFeatures().videoPictureInPicture;
}

/** Whether the window can hold more than one video: buttons, names. */
export function hasDocumentWindows(): boolean {
  return browserFeatures().documentPictureInPicture;
}

/** CSS pixels: 16:9 and a row of buttons. */
const WINDOW = { width: 360, height: 272 } as const;

/**
 * Opens a window that looks like this document; after a click only. Its document has the same styles, which
 * are copied as constructed sheets so that no Content-Security-Policy is in the way.
 *
 * @throws DOMException when the browser refuses.
 */
export async function openWindow(): Promise<Window> {
  const pictureInPicture = api();
  if (pictureInPicture === null) throw new DOMException("No windows here", "NotSupportedError");
  const opened = await pictureInPicture.requestWindow(WINDOW);
  copyStyles(document, opened);
  return opened;
}

function copyStyles(from: Document, to: Window): void {
  const Sheet: unknown = Reflect.get(to, "CSSStyleSheet");
  const sheets: CSSStyleSheet[] = [];
  for (const sheet of [...from.styleSheets, ...from.adoptedStyleSheets]) {
    const text = textOf(sheet);
    if (text !== null && isSheetClass(Sheet)) {
      const copy = new Sheet();
      copy.replaceSync(text);
      sheets.push(copy);
    } else if (sheet.href !== null) {
      const link = to.document.createElement("link");
      link.rel = "stylesheet";
      link.href = sheet.href;
      to.document.head.append(link);
    }
  }
  to.document.adoptedStyleSheets = sheets;
}

function isSheetClass(value: unknown): value is new () => CSSStyleSheet {
  return typeof value === "function";
}

/** The rules of a sheet; null when it is of another origin. */
function textOf(sheet: CSSStyleSheet): string | null {
  try {
    return [...sheet.cssRules].map((rule) => rule.cssText).join("\n");
  } catch {
    return null; // SecurityError: of another origin
  }
}
