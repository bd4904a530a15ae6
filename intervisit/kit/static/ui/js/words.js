// <word-count for="id" data-max="250">: how many words there are, spoken only when typing rests.
class WordCount extends HTMLElement {
  connectedCallback() {
    const field = document.getElementById(this.getAttribute("for"));
    if (!field) return;
    const max = Number(this.dataset.max) || 0;
    const show = () => {
      const words = (field.value.trim().match(/\S+/g) ?? []).length;
      this.toggleAttribute("data-over", max > 0 && words > max);
      const left = max - words;
      const text = !max ? `${words} words` : left >= 0 ? `${words} of ${max} words` : `${-left} words too many (${words} of ${max})`;
      clearTimeout(this.timer);
      this.textContent = text;
      this.timer = setTimeout(() => { this.setAttribute("aria-live", "polite"); }, 1500);
    };
    field.addEventListener("input", show);
    show();
  }
}
customElements.define("word-count", WordCount);
