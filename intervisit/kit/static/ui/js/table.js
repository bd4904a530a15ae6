// <sortable-table>: sorts by th[data-sort="text|number|date"] and filters rows as you type.
// The table is complete without it. A cell's data-value, where given, is what counts for the order.
class SortableTable extends HTMLElement {
  connectedCallback() {
    this.table = this.querySelector("table");
    if (!this.table || this.dataset.ready) return;
    this.dataset.ready = "";
    this.rows = [...this.table.tBodies[0].rows];
    this.table.querySelectorAll("th[data-sort]").forEach((th) => this.addButton(th));
    if (this.dataset.filter !== undefined) this.addFilter();
  }

  addButton(th) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...th.childNodes);
    const icon = document.getElementById("sort-model")?.content.cloneNode(true);
    if (icon) button.append(icon);
    button.addEventListener("click", () => this.sort(th));
    th.append(button);
  }

  sort(th) {
    const up = th.getAttribute("aria-sort") !== "ascending";
    this.table.querySelectorAll("th[aria-sort]").forEach((x) => x.removeAttribute("aria-sort"));
    th.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = (row) => row.cells[th.cellIndex]?.dataset.value ?? row.cells[th.cellIndex]?.textContent.trim() ?? "";
    const number = (s) => { const n = parseFloat(s.replace(/[^\d.\-]/g, "")); return Number.isNaN(n) ? -Infinity : n; };
    const compare = th.dataset.sort === "number"
      ? (a, b) => number(key(a)) - number(key(b))
      : (a, b) => key(a).localeCompare(key(b), document.documentElement.lang, { numeric: true });
    this.rows.sort((a, b) => (up ? 1 : -1) * compare(a, b));
    this.table.tBodies[0].append(...this.rows);
    this.tell(`Sorted by ${th.textContent.trim()}, ${up ? "smallest" : "largest"} first.`);
  }

  addFilter() {
    const tools = document.getElementById("filter-model").content.firstElementChild.cloneNode(true);
    const input = tools.querySelector("input");
    if (this.dataset.filter) tools.querySelector("label span").textContent = input.placeholder = this.dataset.filter;
    input.addEventListener("input", () => this.filter(input.value));
    this.status = tools.querySelector("[role=status]");
    this.prepend(tools);
  }

  filter(text) {
    const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of this.rows) {
      const content = row.textContent.toLocaleLowerCase();
      row.hidden = !words.every((w) => content.includes(w));
      shown += row.hidden ? 0 : 1;
    }
    this.tell(words.length ? `${shown} of ${this.rows.length} shown` : "");
  }

  tell(text) { if (this.status) this.status.textContent = text; }
}
customElements.define("sortable-table", SortableTable);
