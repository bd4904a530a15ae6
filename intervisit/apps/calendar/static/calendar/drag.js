// A visit dragged to another day opens the page that says what it would do there; nothing moves before that is read.
// Without a mouse or without script the link "Move to…" leads to the same page. Arrow keys turn the pages.
const grid = document.querySelector(".cal");
let lifted = null;

grid?.addEventListener("dragstart", (event) => {
  lifted = event.target.closest?.("[data-move]");
  if (!lifted) return;
  event.dataTransfer.setData("text/plain", lifted.textContent.trim());
  event.dataTransfer.effectAllowed = "move";
  lifted.dataset.lifted = "";
});

const over = (event) => {
  const day = lifted && event.target.closest?.(".cal-day[data-date]");
  grid.querySelectorAll("[data-over]").forEach((each) => each !== day && delete each.dataset.over);
  if (!day) return null;
  day.dataset.over = "";
  event.preventDefault();
  return day;
};

grid?.addEventListener("dragover", over);
grid?.addEventListener("drop", (event) => {
  const day = over(event);
  if (day && day !== lifted.closest(".cal-day")) location.assign(`${lifted.dataset.move}?to=${day.dataset.date}`);
});
grid?.addEventListener("dragend", () => {
  grid.querySelectorAll("[data-over], [data-lifted]").forEach((each) => { delete each.dataset.over; delete each.dataset.lifted; });
  lifted = null;
});

grid?.addEventListener("keydown", (event) => {
  const way = { PageUp: grid.dataset.before, PageDown: grid.dataset.after }[event.key];
  if (way && event.altKey) location.assign(way);
});
