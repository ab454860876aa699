/* 述职 on a bad line: the system keeps the draft while it is typed; what could not be sent stays on this phone until it is.
   Keys start with "draft:" and name the user; portal.js removes them when she signs out. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-report]");
  if (!form) { return; }
  var key = form.dataset.report;
  var state = document.getElementById("draft-state");
  var fields = ["report", "self_mark"];
  var typed = 0;
  var sent = 0;

  function keep() {
    var values = {};
    fields.forEach(function (name) { values[name] = form.elements[name].value; });
    try { window.localStorage.setItem(key, JSON.stringify({ savedAt: Date.now(), values: values })); return true; } catch (error) { return false; }
  }
  function drop() { try { window.localStorage.removeItem(key); } catch (error) { /* nothing was kept */ } }

  // What this phone has and the system has not: newer than the draft there, and other words.
  function restore() {
    if (form.hasAttribute("data-answered")) { return; }
    try {
      var draft = JSON.parse(window.localStorage.getItem(key));
      if (!draft || draft.savedAt < Number(form.dataset.savedAt || 0) * 1000) { drop(); return; }
      var differs = fields.some(function (name) { return form.elements[name].value !== draft.values[name]; });
      if (!differs) { drop(); return; }
      fields.forEach(function (name) { form.elements[name].value = draft.values[name]; });
      form.querySelector("[data-report-note]").hidden = false;
    } catch (error) { /* no storage: the system's own draft is what there is */ }
  }

  form.addEventListener("input", function () { typed += 1; keep(); });
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target.matches("[data-report-keeper]")) { sent = typed; }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!event.target.matches("[data-report-keeper]")) { return; }
    if (event.detail.successful) { if (sent === typed) { drop(); } return; }
    if (event.detail.xhr && event.detail.xhr.status === 400) { return; }
    state.textContent = keep() ? "没有存到系统里，先存在这台手机上，连上网会再存。" : "没有存到系统里，请不要关掉这一页。";
  });
  window.addEventListener("online", function () {
    if (typed) { form.elements.report.dispatchEvent(new Event("input", { bubbles: true })); }
  });
  restore();
})();
