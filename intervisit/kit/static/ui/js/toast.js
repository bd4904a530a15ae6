// Short notes at the foot of the page. Those the server wrote are there already; more arrive as an event:
// HX-Trigger: {"toast": {"text": "Moved.", "kind": "good"}}. A note with something to press stays until closed.
const list = document.querySelector(".toasts");
const seconds = 8;

function leave(toast) {
  if (toast.querySelector("form, a, .toast-stay")) return;
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), seconds * 1000); };
  const stop = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("focusout", start);
  start();
}

export function say(text, kind = "good") {
  const model = document.getElementById("toast-model");
  if (!list || !model) return;
  const toast = model.content.firstElementChild.cloneNode(true);
  toast.classList.add(`toast-${kind}`);
  toast.querySelector("p").textContent = text;
  if (kind === "bad" || kind === "warn") toast.querySelector("p").classList.add("toast-stay");
  list.append(toast);
  leave(toast);
}

if (list) {
  list.querySelectorAll(".toast").forEach(leave);
  list.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
  });
  document.addEventListener("toast", (event) => say(event.detail?.text ?? String(event.detail), event.detail?.kind));
}
