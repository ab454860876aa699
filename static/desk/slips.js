// Rows of slips: Enter in a row's words goes to the next row, and a row is added where there is none.
(() => {
  const form = document.querySelector("form.slips");
  const add = form && form.querySelector("[data-add-row]");
  if (!add) return;
  const most = 50;
  const rows = () => [...form.querySelectorAll(".slip")];
  const addRow = () => {
    const all = rows();
    if (all.length >= most) return null;
    const row = all[all.length - 1].cloneNode(true);
    const number = all.length;
    row.dataset.row = number;
    row.classList.remove("is-wrong");
    row.querySelectorAll(".desk-fault").forEach((fault) => fault.remove());
    row.querySelector("legend").textContent = `第 ${number + 1} 件`;
    row.querySelectorAll("[name]").forEach((field) => {
      field.name = field.name.replace(/^row-\d+-/, `row-${number}-`);
      if (!field.matches("select[name$=kind]")) field.value = "";
    });
    all[all.length - 1].after(row);
    add.hidden = number + 1 >= most;
    return row;
  };
  add.hidden = false;
  add.addEventListener("click", () => {
    const row = addRow();
    if (row) row.querySelector("textarea").focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    if (!event.target.matches("textarea, input")) return;
    event.preventDefault();
    const row = event.target.closest(".slip");
    const next = row && (row.nextElementSibling && row.nextElementSibling.matches(".slip") ? row.nextElementSibling : addRow());
    if (next) next.querySelector("textarea").focus();
  });
})();
