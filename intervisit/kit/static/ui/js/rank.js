// <rank-list> around <ol class="rank"> whose items hold a numbered <select>: buttons move an item,
// the selects follow and are what is sent. Without script the selects are there to be used.
class RankList extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector(".rank");
    if (!this.list || this.dataset.ready !== undefined) return;
    const value = (li) => Number(li.querySelector("select").value) || 999;
    [...this.list.children].sort((a, b) => value(a) - value(b)).forEach((li) => this.list.append(li));
    for (const li of this.list.children) li.append(this.buttons(li));
    this.status = document.createElement("p");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.append(this.status);
    this.dataset.ready = "";
    this.number(false);
  }

  buttons(li) {
    const moves = document.getElementById("rank-model").content.firstElementChild.cloneNode(true);
    for (const button of moves.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.dataset.move === "up" ? "Up" : "Down"}: ${this.name(li)}`);
      button.addEventListener("click", () => this.move(li, button));
    }
    return moves;
  }

  name(li) { return li.querySelector("label").textContent.trim(); }

  move(li, button) {
    const up = button.dataset.move === "up";
    const other = up ? li.previousElementSibling : li.nextElementSibling;
    if (!other) return;
    if (up) other.before(li); else other.after(li);
    this.querySelectorAll("[data-moved]").forEach((x) => delete x.dataset.moved);
    li.dataset.moved = "";
    this.number(true);
    button.focus();
    this.status.textContent = `${this.name(li)} is now number ${[...this.list.children].indexOf(li) + 1}.`;
  }

  number(changed) {
    [...this.list.children].forEach((li, i) => {
      const select = li.querySelector("select");
      select.value = String(i + 1);
      if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
      li.querySelector('[data-move="up"]').toggleAttribute("aria-disabled", i === 0);
    });
  }
}
customElements.define("rank-list", RankList);
