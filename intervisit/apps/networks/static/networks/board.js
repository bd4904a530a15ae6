// <drag-board>: a school may be dragged to another network. What every place would do is asked for once, when the
// hand takes hold of it, so that the numbers follow. Let go, the school stands there at once; the server's board takes
// its place a moment later. Without script, "Move…" leads to the same places.
const tell = (text, kind) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));
const part = (name) => ({ headers: { "HX-Request": "true", "HX-Part": name } });

class DragBoard extends HTMLElement {
  connectedCallback() {
    this.now = this.querySelector("[data-now]");
    this.form = this.querySelector("[data-drop]");
    if (!this.now || !this.form) return;
    this.asked = new Map();
    for (const item of this.querySelectorAll("[data-weigh]")) {
      item.draggable = true;
      item.addEventListener("pointerdown", () => this.ask(item));
      item.addEventListener("dragstart", (event) => this.lift(item, event));
      item.addEventListener("dragend", () => this.rest());
    }
    for (const place of this.querySelectorAll("[data-number]")) {
      place.addEventListener("dragover", (event) => this.over(place, event));
      place.addEventListener("drop", (event) => this.drop(place, event));
    }
  }

  ask(item) {
    if (!this.asked.has(item)) {
      const wanted = fetch(item.dataset.weigh, { headers: { Accept: "application/json" } });
      this.asked.set(item, wanted.then((answer) => (answer.ok ? answer.json() : null)).catch(() => null));
    }
    return this.asked.get(item);
  }

  async lift(item, event) {
    this.item = item;
    this.from = item.closest("[data-number]");
    this.effects = null;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.dataset.name);
    item.dataset.lifted = "";
    this.say(`${item.dataset.name}: hold it over another place to see what that would do.`);
    const effects = await this.ask(item);
    if (!effects) this.asked.delete(item);
    if (this.item !== item) return;
    this.effects = effects;
    if (this.at) this.show(this.at);
  }

  over(place, event) {
    if (!this.item || place === this.from || place.dataset.locked !== undefined) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    if (this.at === place) return;
    this.undoShow();
    this.at = place;
    place.dataset.over = "";
    this.show(place);
  }

  show(place) {
    const found = this.effects?.[place.dataset.number];
    if (!found) return;
    this.put(place, found.points, found.minutes);
    this.put(this.from, found.behind_points, found.behind_minutes);
    const total = this.querySelector("[data-total]");
    total.dataset.was ??= total.textContent;
    total.textContent = found.total;
    const rules = found.broken.length ? ` Breaks: ${found.broken.join("; ")}.` : found.mended ? " Mends what was broken." : " Keeps every rule.";
    this.now.toggleAttribute("data-bad", found.broken.length > 0);
    this.say(`${this.item.dataset.name}: ${found.total} points together (${found.change}), up to ${found.minutes} min apart there.${rules}`);
  }

  put(place, points, minutes) {
    for (const [name, value] of [["points", points], ["minutes", minutes]]) {
      const at = place.querySelector(`[data-${name}]`);
      if (!at) continue;
      at.dataset.was ??= at.textContent;
      at.textContent = value;
    }
  }

  undoShow() {
    for (const at of this.querySelectorAll("[data-was]")) { at.textContent = at.dataset.was; delete at.dataset.was; }
    if (this.at) delete this.at.dataset.over;
    this.at = null;
  }

  rest() {
    if (this.item) delete this.item.dataset.lifted;
    if (!this.going) this.undoShow();
    this.item = null;
    this.now.hidden = !this.going;
  }

  say(text) { this.now.hidden = false; this.now.textContent = text; }

  async drop(place, event) {
    event.preventDefault();
    const { item } = this;
    if (!item || place === this.from || this.going) return;
    this.going = true;
    delete place.dataset.over;
    place.querySelector(".board-schools")?.append(item);
    this.form.elements.to.value = place.dataset.number;
    const post = { method: "POST", body: new FormData(this.form), ...part("board") };
    const sent = await fetch(item.dataset.move + location.search, post).catch(() => null);
    const fresh = sent?.ok ? sent : await fetch(this.dataset.board, part("board")).catch(() => null);
    if (!fresh?.ok) {
      this.from.querySelector(".board-schools").append(item);
      this.going = false;
      this.rest();
      return tell("Not moved: no answer came back. Try again in a moment.", "bad");
    }
    const { board } = this.dataset;
    this.outerHTML = await fresh.text();
    if (sent?.ok) tell(`${item.dataset.name} moved. “Undo” takes it back.`, "good");
    else tell("Not moved: somebody changed this board meanwhile. Here is how it stands now.", "warn");
    const map = document.querySelector("[data-map]");
    const drawn = map && (await fetch(board, part("map")).catch(() => null));
    if (drawn?.ok) map.outerHTML = await drawn.text();
  }
}
customElements.define("drag-board", DragBoard);
