// The chosen look is set before the first paint (this file alone is loaded without defer).
(() => {
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem("iv-theme"); } catch { return null; } };
  const apply = (theme) => {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    for (const b of document.querySelectorAll("[data-set-theme]"))
      b.setAttribute("aria-pressed", String(b.dataset.setTheme === (theme || "")));
  };
  apply(read());
  document.addEventListener("DOMContentLoaded", () => {
    apply(read());
    for (const box of document.querySelectorAll(".themes")) box.hidden = false;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-set-theme]");
    if (!button) return;
    try { localStorage.setItem("iv-theme", button.dataset.setTheme); } catch { /* private window */ }
    apply(button.dataset.setTheme);
  });
})();
