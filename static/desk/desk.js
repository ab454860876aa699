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
