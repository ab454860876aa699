// 用这个: a suggested category is chosen by a press, never by itself.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-use-category]");
  if (!button) return;
  const select = document.getElementById("id_category");
  if (!select) return;
  select.value = button.dataset.useCategory;
  if (window.django && django.jQuery) django.jQuery(select).trigger("change");
  else select.dispatchEvent(new Event("change", { bubbles: true }));
  button.closest("ul").querySelectorAll("[data-use-category]").forEach((other) => {
    other.setAttribute("aria-pressed", String(other === button));
  });
});
