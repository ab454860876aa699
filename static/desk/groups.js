// Dragging people onto another group sends the form that the boxes and the list send without a script: whoever is
// dragged is ticked, the group is chosen, and the page comes back with what happened.
(() => {
  const form = document.getElementById("move");
  document.querySelectorAll("select[data-goes]").forEach((list) => {
    list.addEventListener("change", () => {
      const address = new URL(window.location.href);
      address.search = "";
      address.searchParams.set("place", list.value);
      window.location.assign(address);
    });
  });
  if (!form || !form.querySelector("[draggable=true]")) return;
  let carried = null;
  const box = (row) => row.querySelector("input[name=mandates]");
  const clear = () => form.querySelectorAll(".is-over, .is-carried").forEach((each) => each.classList.remove("is-over", "is-carried"));
  form.addEventListener("dragstart", (event) => {
    carried = event.target.closest && event.target.closest("[data-mandate]");
    if (!carried) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", carried.dataset.mandate);
    const rows = box(carried).checked ? [...form.querySelectorAll("[data-mandate]")].filter((row) => box(row).checked) : [carried];
    rows.forEach((row) => row.classList.add("is-carried"));
  });
  const columnOf = (event) => carried && event.target.closest && event.target.closest("[data-group]");
  form.addEventListener("dragover", (event) => {
    const column = columnOf(event);
    form.querySelectorAll(".is-over").forEach((each) => each.classList.remove("is-over"));
    if (!column || column === carried.closest("[data-group]")) return;
    event.preventDefault();
    column.classList.add("is-over");
  });
  form.addEventListener("drop", (event) => {
    const column = columnOf(event);
    if (!column || column === carried.closest("[data-group]")) return;
    event.preventDefault();
    if (!box(carried).checked) form.querySelectorAll("input[name=mandates]").forEach((each) => { each.checked = false; });
    box(carried).checked = true;
    form.elements.group.value = column.dataset.group;
    form.requestSubmit();
  });
  form.addEventListener("dragend", () => { carried = null; clear(); });
})();
