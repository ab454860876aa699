/* Small comforts on top of pages that work without any script. */
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  // Good news leaves by itself; anything that asks for a deed stays.
  document.querySelectorAll("[data-fades]").forEach(function (toast) {
    window.setTimeout(function () {
      toast.classList.add("is-leaving");
      window.setTimeout(function () { toast.remove(); }, 400);
    }, 6000);
  });

  // A second tap on a slow line must not send the form twice.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent === "yes") { event.preventDefault(); return; }
    if (form.method === "post" && !form.hasAttribute("hx-post")) { form.dataset.sent = "yes"; }
  });
  // Coming back by the browser's own button shows the old page: its forms may be sent again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // A form that came back with faults: go to the first of them.
  function showFault() {
    var wrong = document.querySelector(".field.is-wrong");
    var field = wrong && wrong.querySelector("input:not([type=hidden]), textarea, select");
    if (field) { field.focus({ preventScroll: true }); wrong.scrollIntoView({ block: "center" }); }
  }
  document.addEventListener("htmx:afterSettle", showFault);
  showFault();

  // Drafts hold what people said: leaving for good takes them off this phone.
  var leaving = document.querySelector("[data-clears-drafts]");
  if (leaving) {
    leaving.addEventListener("submit", function () {
      try {
        Object.keys(window.localStorage).forEach(function (key) {
          if (key.indexOf("draft:") === 0) { window.localStorage.removeItem(key); }
        });
      } catch (error) { /* storage is switched off: nothing was kept either */ }
    });
  }
})();
