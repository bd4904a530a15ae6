// <details class="menu">: closes on Escape, on a click elsewhere and on a choice; arrow keys walk its items.
// [data-dialog="id"]: opens a <dialog>; without script its address (#id) shows it instead.
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  const opener = event.target.closest?.("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
  const closer = event.target.closest?.("[data-close]");
  if (closer?.closest("dialog[open]")) { event.preventDefault(); closer.closest("dialog").close(); }
  if (event.target.matches?.("dialog.dialog[open]")) event.target.close(); // the veil around it
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu");
  if (!menu?.open) return;
  const items = [...menu.querySelectorAll(".menu-panel :is(a, button, input, select)")].filter((x) => x.offsetParent);
  const here = items.indexOf(document.activeElement);
  if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
  else if (event.key === "ArrowDown") items[(here + 1) % items.length]?.focus();
  else if (event.key === "ArrowUp") items[(here - 1 + items.length) % items.length]?.focus();
  else return;
  event.preventDefault();
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});
