// When the line is bad: say so, and say that nothing typed is lost.
const say = (text, kind) =>
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));

document.addEventListener("htmx:error", () =>
  say("Not saved: no answer came back. Your text is still here. Try again in a moment.", "bad"));
document.addEventListener("htmx:after:request", (event) => {
  const status = event.detail?.ctx?.response?.raw?.status ?? 0;
  if (status >= 500) say("Not saved: something went wrong on our side. Your text is still here.", "bad");
});
addEventListener("offline", () => say("You are offline. Keep typing: your text stays on this device.", "warn"));
addEventListener("online", () => say("Back online.", "good"));
