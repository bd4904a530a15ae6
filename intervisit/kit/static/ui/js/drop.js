// <file-drop> around an <input type="file">: drop onto it, and see what was chosen.
class FileDrop extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector('input[type="file"]');
    if (!input) return;
    const name = document.createElement("p");
    name.className = "drop-name";
    name.setAttribute("role", "status");
    name.textContent = this.dataset.hint || "… or drop a file here.";
    this.append(name);
    const size = (n) => (n > 1048576 ? `${(n / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round(n / 1024))} KB`);
    const show = () => {
      const files = [...input.files];
      if (files.length) name.textContent = "Chosen: " + files.map((f) => `${f.name} (${size(f.size)})`).join(", ");
    };
    input.addEventListener("change", show);
    this.addEventListener("dragover", (event) => { event.preventDefault(); this.dataset.over = ""; });
    this.addEventListener("dragleave", () => delete this.dataset.over);
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      delete this.dataset.over;
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
customElements.define("file-drop", FileDrop);
