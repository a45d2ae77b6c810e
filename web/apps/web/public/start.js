// Sets theme and language before the first paint, so that nothing flashes; the app keeps them true afterwards.
(() => {
  const root = document.documentElement;
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("aethex.preferences") ?? "{}") ?? {};
  } catch {
    // Not readable: as usual. The app writes it anew with the next choice.
  }
  if (kept.theme === "light" || kept.theme === "dark") root.dataset.theme = kept.theme;
  const spoken = ["en", "ar"];
  const wanted = [kept.locale, ...navigator.languages].map((tag) => String(tag).toLowerCase().split("-")[0]);
  const locale = wanted.find((tag) => spoken.includes(tag)) ?? "en";
  root.lang = locale;
  root.dir = locale === "ar" ? "rtl" : "ltr";
})();
