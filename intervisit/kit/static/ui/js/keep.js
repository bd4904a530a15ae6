// <form data-keep="name">: what is typed stays in this browser until the server has it.
// Kept per person (data-person of <html>) for seven days at most, never passwords or files; [data-forget] (sign out) clears it all. Leave out one field with data-no-keep.
const mine = "iv-keep:";
const prefix = `${mine}${document.documentElement.dataset.person ?? ""}:`;
const week = 7 * 24 * 3600 * 1000;
const never = ["hidden", "password", "file", "submit", "button"];
const ticks = (f) => f.type === "checkbox" || f.type === "radio";
const fields = (form) =>
  [...form.elements].filter((f) => f.name && !never.includes(f.type) && f.dataset.noKeep === undefined);
const keys = (start) => Object.keys(localStorage).filter((k) => k.startsWith(start));
const kept = (key) => JSON.parse(localStorage.getItem(key));
const keep = (key, what) => {
  try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), ...what })); } catch { /* full */ }
};

const bare = (what) => JSON.stringify(what).replace(/\\[nrt]|\s/g, ""); // the server trims

function values(form) {
  const out = {};
  for (const f of fields(form)) {
    out[f.name] ??= [];
    if (f.type === "select-multiple") out[f.name].push(...[...f.selectedOptions].map((o) => o.value));
    else if (!ticks(f) || f.checked) out[f.name].push(f.value);
  }
  return out;
}

function fill(form, from) {
  for (const f of fields(form)) {
    const v = from[f.name];
    if (!v) continue;
    if (ticks(f)) f.checked = v.includes(f.value);
    else if (f.type === "select-multiple") for (const o of f.options) o.selected = v.includes(o.value);
    else if (v.length) f.value = v.shift();
    f.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function watch(form) {
  const key = prefix + form.dataset.keep;
  const server = bare(values(form));
  const old = kept(key);
  if (old && (Date.now() - old.at > week || bare(old.values) === server)) localStorage.removeItem(key);
  else if (old) offer(form, key, old);
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const now = values(form);
      if (bare(now) === server) localStorage.removeItem(key);
      else keep(key, { values: now });
    }, 400);
  });
  form.addEventListener("submit", () => { clearTimeout(timer); keep(key, { values: values(form), sent: true }); });
}

function offer(form, key, old) {
  const note = document.getElementById("kept-model").content.firstElementChild.cloneNode(true);
  note.querySelector("time").textContent = new Date(old.at).toLocaleString([], { dateStyle: "full", timeStyle: "short" });
  note.addEventListener("click", (event) => {
    const what = event.target.dataset.kept;
    if (what === "use") fill(form, old.values);
    else if (what) localStorage.removeItem(key);
    if (what) note.remove();
  });
  form.prepend(note);
}

try {
  // A form that was sent and is not here again has arrived, unless this page says that it did not.
  const forms = [...document.querySelectorAll("form[data-keep]")];
  const here = forms.map((f) => prefix + f.dataset.keep);
  if (document.body.dataset.saved !== "no")
    for (const key of keys(prefix)) if (!here.includes(key) && kept(key).sent) localStorage.removeItem(key);
  forms.forEach(watch);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-forget]")) keys(mine).forEach((key) => localStorage.removeItem(key));
  });
} catch { /* a browser that keeps nothing */ }
