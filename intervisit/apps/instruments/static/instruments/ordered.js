// <ordered-lines> around <ol class="ordered"> of fields with two buttons each: pressed, what stands in a line changes
// places with the next filled one and the page stays. Without script the buttons send the form.
class OrderedLines extends HTMLElement {
  connectedCallback() {
    if (this.said) return;
    this.said = document.createElement("p");
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    this.append(this.said);
    for (const button of this.querySelectorAll(".rank-moves button")) {
      button.type = "button";
      button.removeAttribute("name");
      button.addEventListener("click", () => this.move(button.closest("li"), button.dataset.way));
    }
  }

  move(from, way) {
    const filled = [...this.querySelectorAll(".ordered > li")].filter((li) => this.field(li).value.trim());
    const at = filled.indexOf(from);
    const to = at < 0 ? undefined : filled[at + (way === "up" ? -1 : 1)];
    if (!to) return;
    const [mine, theirs] = [this.field(from), this.field(to)];
    [mine.value, theirs.value] = [theirs.value, mine.value];
    for (const field of [mine, theirs]) field.dispatchEvent(new Event("change", { bubbles: true }));
    const same = to.querySelector(`[data-way="${way}"]`);
    (same.disabled ? to.querySelector(".rank-moves button:enabled") : same).focus();
    const name = theirs.selectedOptions ? theirs.selectedOptions[0].textContent : theirs.value;
    this.said.textContent = `${name} is now number ${filled.indexOf(to) + 1}.`;
  }

  field(li) { return li.querySelector("input, select"); }
}
customElements.define("ordered-lines", OrderedLines);
