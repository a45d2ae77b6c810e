// Which browser's menus to describe. Only words depend on it.

/** Browsers whose way to allow a device differs. */
export type BrowserFamily = "chromium" | "firefox" | "safari" | "ios" | "other";

/**
 * Guesses the browser from what it says of itself.
 *
 * @param userAgent - `navigator.userAgent`.
 * @param touchPoints - `navigator.maxTouchPoints`; tells an iPad, which calls itself a Mac, from one.
 */
export function browserFamily(userAgent: string, touchPoints: number): BrowserFamily {
  if (/iPhone|iPad|iPod/.test(userAgent)) return "ios";
  if (/Macintosh/.test(userAgent) && touchPoints > 1) return "ios";
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (/Chrom(e|ium)\/|Edg\/|OPR\//.test(userAgent)) return "chromium";
  return /Safari\//.test(userAgent) ? "safari" : "other";
}
