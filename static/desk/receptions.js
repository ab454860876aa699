// Dragging a person onto a seat opens the page on which the change is confirmed, with that person chosen: nothing is
// changed by letting go. Whoever does not drag presses 换人 or 选人 on the seat.
(() => {
  let carried = null;
  document.addEventListener("dragstart", (event) => {
    const row = event.target.closest && event.target.closest("[data-mandate]");
    if (!row) return;
    carried = row.dataset.mandate;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", carried);
  });
  const seatOf = (event) => carried && event.target.closest && event.target.closest("[data-seat]");
  const clear = () => document.querySelectorAll(".desk-seat.is-over").forEach((seat) => seat.classList.remove("is-over"));
  document.addEventListener("dragover", (event) => {
    const seat = seatOf(event);
    clear();
    if (!seat) return;
    event.preventDefault();
    seat.classList.add("is-over");
  });
  document.addEventListener("drop", (event) => {
    const seat = seatOf(event);
    if (!seat) return;
    event.preventDefault();
    const address = new URL(seat.dataset.seat, window.location.href);
    address.searchParams.set("mandate", carried);
    window.location.assign(address);
  });
  document.addEventListener("dragend", () => { carried = null; clear(); });
})();
