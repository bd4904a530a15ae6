// [data-copy="id"]: copies the value or text of that element. [data-print]: prints. Both are hidden without script.
function ready(root = document) {
  root.querySelectorAll?.("[data-copy][hidden], [data-print][hidden]").forEach((button) => { button.hidden = false; });
}
ready();
document.addEventListener("htmx:after:swap", () => ready());

document.addEventListener("click", async (event) => {
  if (event.target.closest?.("[data-print]")) { print(); return; }
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const text = source.value ?? source.textContent.trim();
  let done = true;
  try { await navigator.clipboard.writeText(text); } catch {
    source.select?.(); // an address without https has no clipboard
    done = document.execCommand("copy");
  }
  document.dispatchEvent(new CustomEvent("toast", {
    detail: done ? { text: "Copied.", kind: "good" } : { text: "Select the text and copy it yourself, please.", kind: "warn" },
  }));
});
