// <form data-keep="name">: what is typed stays in this browser until the server has it, so that a lost line, a
// crash or a sign-out in between costs nothing. Kept per person (data-person of <html>), for seven days at most,
// never passwords or files; [data-forget] (sign out) clears it all. Opt out of one field with data-no-keep.
const who = document.documentElement.dataset.person ?? "";
const prefix = `iv-keep:${who}:`;
const week = 7 * 24 * 3600 * 1000;
const store = (() => { try { localStorage.setItem("iv-test", "1"); localStorage.removeItem("iv-test"); return localStorage; } catch { return null; } })();

const fields = (form) => [...form.elements].filter((f) =>
  f.name && !["hidden", "password", "file", "submit", "button"].includes(f.type) && f.dataset.noKeep === undefined);

function values(form) {
  const out = {};
  for (const f of fields(form)) {
    const v = f.type === "checkbox" || f.type === "radio" ? (f.checked ? [f.value] : [])
      : f.type === "select-multiple" ? [...f.selectedOptions].map((o) => o.value) : [f.value];
    out[f.name] = [...(out[f.name] ?? []), ...v];
  }
  return out;
}

function fill(form, kept) {
  const left = structuredClone(kept);
  for (const f of fields(form)) {
    const v = left[f.name];
    if (!v) continue;
    if (f.type === "checkbox" || f.type === "radio") f.checked = v.includes(f.value);
    else if (f.type === "select-multiple") for (const o of f.options) o.selected = v.includes(o.value);
    else if (v.length) f.value = v.shift();
    f.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function watch(form) {
  const key = prefix + form.dataset.keep;
  const server = JSON.stringify(values(form));
  const kept = JSON.parse(store.getItem(key) ?? "null");
  if (kept && (Date.now() - kept.at > week || JSON.stringify(kept.values) === server)) store.removeItem(key);
  else if (kept) offer(form, key, kept);
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const now = values(form);
      if (JSON.stringify(now) === server) store.removeItem(key);
      else try { store.setItem(key, JSON.stringify({ at: Date.now(), values: now })); } catch { /* full */ }
    }, 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    store.setItem(key, JSON.stringify({ at: Date.now(), values: values(form), sent: true }));
  });
}

function offer(form, key, kept) {
  const note = document.getElementById("kept-model")?.content.firstElementChild.cloneNode(true);
  if (!note) return;
  note.querySelector("time").textContent = new Date(kept.at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  note.addEventListener("click", (event) => {
    const what = event.target.closest("[data-kept]")?.dataset.kept;
    if (!what) return;
    if (what === "use") fill(form, kept.values); else store.removeItem(key);
    note.remove();
    form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  });
  form.prepend(note);
}

if (store) {
  // A form that was sent and is not here again has arrived, unless this page says that it did not.
  const here = new Set([...document.querySelectorAll("form[data-keep]")].map((f) => prefix + f.dataset.keep));
  if (document.body.dataset.saved !== "no")
    for (const key of Object.keys(store).filter((k) => k.startsWith(prefix) && !here.has(k)))
      if (JSON.parse(store.getItem(key)).sent) store.removeItem(key);
  document.querySelectorAll("form[data-keep]").forEach(watch);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-forget]"))
      Object.keys(store).filter((k) => k.startsWith("iv-keep:")).forEach((k) => store.removeItem(k));
  });
}
