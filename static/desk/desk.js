// Ctrl+Enter sends the form; a form is sent once, however often the key is pressed.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== "Enter") return;
  const form = event.target.closest("form[data-ctrl-enter]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button[type=submit]"));
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-ctrl-enter]");
  if (!form) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-ctrl-enter]").forEach((form) => delete form.dataset.sent);
});
// The theme draws the page after the browser has looked for autofocus, so the first field is asked again; a list that
// can be searched stands in for the field it hides.
window.addEventListener("load", () => {
  const first = document.querySelector(".desk-form [autofocus]");
  let tries = 0;
  const ask = () => {
    const hidden = first.classList.contains("select2-hidden-accessible");
    const target = hidden ? first.nextElementSibling.querySelector(".select2-selection") : first;
    const active = document.activeElement;
    if ((active !== document.body && active !== first) || active === target || tries++ > 60) return;
    target.focus();
    requestAnimationFrame(ask);
  };
  if (first) ask();
});
// What is typed into an open list goes to its search box.
document.addEventListener("DOMContentLoaded", () => {
  if (!window.django || !django.jQuery) return;
  if (django.jQuery.fn.select2) {
    django.jQuery.fn.select2.defaults.set("language", {
      noResults: () => "没有找到，换个说法试试",
      searching: () => "正在查找……",
      loadingMore: () => "正在取更多……",
      errorLoading: () => "没有取到，请再试一次",
      removeAllItems: () => "全部去掉",
      search: () => "查找",
    });
  }
  django.jQuery(document).on("select2:open", () => {
    const box = document.querySelector(".select2-container--open .select2-search__field");
    if (box) box.focus();
  });
});
// On a phone the tabs are wider than the page: the one that is open comes into sight.
document.addEventListener("DOMContentLoaded", () => {
  const open = document.querySelector(".desk-tabs [aria-current]");
  if (open) open.parentElement.scrollLeft = open.offsetLeft - open.parentElement.offsetLeft - 24;
});
// The theme's scrollbars read themselves out in English.
window.addEventListener("load", () => {
  document.querySelectorAll('[aria-label="scrollable content"]').forEach((part) => {
    part.setAttribute("aria-label", "可以滚动的内容");
  });
});
