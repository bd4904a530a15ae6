// A review by keyboard alone: j and k go to the next and the previous criterion, a digit chooses its level, c goes to
// the comment, Ctrl+Enter sends. Without this script the same form is filled in with Tab, arrows and Enter.
const form = document.getElementById("rubric");
const all = form ? [...form.querySelectorAll("[data-criterion]")] : [];
const comment = form?.querySelector("textarea");
const typing = (where) => where.matches("textarea, select, input:not([type=radio])");
let here = -1;

function go(to) {
  here = Math.max(0, Math.min(all.length - 1, to));
  const one = all[here].querySelector("input:checked") ?? all[here].querySelector("input");
  one.focus({ preventScroll: true });
  all[here].scrollIntoView({ block: "nearest" });
}

form?.addEventListener("focusin", (event) => {
  const at = all.indexOf(event.target.closest("[data-criterion]"));
  if (at >= 0) here = at;
});

document.addEventListener("keydown", (event) => {
  if (!form || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-send]"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "j") go(here + 1);
  else if (event.key === "k") go(here - 1);
  else if (event.key === "c") comment.focus();
  else if (/^[1-9]$/.test(event.key)) {
    if (here < 0) go(0);
    const level = all[here].querySelectorAll("input")[event.key - 1];
    if (!level) return;
    level.checked = true;
    level.focus({ preventScroll: true });
    level.dispatchEvent(new Event("change", { bubbles: true }));
  } else return;
  event.preventDefault();
});
