/* 记一件事 on a bad line: what is typed is kept on this phone until the server has said that it has it.
   Keys start with "draft:" and name the user; portal.js removes them when she signs out. */
(function () {
  "use strict";
  var MAX_AGE = 7 * 24 * 3600 * 1000;
  var BOX_AGE = 24 * 3600 * 1000;
  var SAVE_AFTER = 400;
  var timer = null;

  // Whatever is too old goes, whichever page wrote it and whether or not that page is opened again.
  function sweep() {
    try {
      Object.keys(window.localStorage).forEach(function (key) {
        if (key.indexOf("draft:") !== 0) { return; }
        var draft = JSON.parse(window.localStorage.getItem(key));
        var age = key.indexOf("draft:box:") === 0 ? BOX_AGE : MAX_AGE;
        if (!draft || Date.now() - draft.savedAt > age) { window.localStorage.removeItem(key); }
      });
    } catch (error) { /* no storage, or not ours */ }
  }

  function form() { return document.querySelector("form[data-draft]"); }
  function part(name) { var f = form(); return f && f.querySelector("[data-draft-" + name + "]"); }

  // A phone of one's own may keep it for days; a page for anybody says fewer hours.
  function longest() { var f = form(); return f && f.dataset.draftHours ? f.dataset.draftHours * 3600 * 1000 : MAX_AGE; }

  function read(key) {
    try {
      var draft = JSON.parse(window.localStorage.getItem(key));
      if (draft && Date.now() - draft.savedAt < longest()) { return draft; }
      window.localStorage.removeItem(key);
    } catch (error) { /* no storage: the form works, it only is not kept */ }
    return null;
  }
  function write(key, draft) {
    try { window.localStorage.setItem(key, JSON.stringify(draft)); return true; } catch (error) { return false; }
  }
  function drop(key) {
    try { window.localStorage.removeItem(key); } catch (error) { /* nothing was kept */ }
  }

  function clock(time) {
    var d = new Date(time);
    return d.getMonth() + 1 + "月" + d.getDate() + "日 " + d.getHours() + ":" + String(d.getMinutes()).padStart(2, "0");
  }

  function values(f) {
    var kept = {};
    new FormData(f).forEach(function (value, name) {
      var field = f.elements[name];
      if (field && field.hasAttribute && field.hasAttribute("data-draft-skip")) { return; }
      if (name !== "csrfmiddlewaretoken" && typeof value === "string") { kept[name] = value; }
    });
    return kept;
  }
  function isTyped(kept) {
    return ["content", "title", "place", "petitioner_name", "petitioner_phone"].some(function (name) {
      return (kept[name] || "").trim() !== "";
    });
  }

  function save(waiting) {
    var f = form();
    if (!f) { return; }
    var kept = values(f);
    var key = f.dataset.draft;
    if (!isTyped(kept)) { drop(key); state(""); return; }
    var before = read(key);
    var draft = { savedAt: Date.now(), values: kept, waiting: waiting || Boolean(before && before.waiting) };
    state(write(key, draft) ? "草稿已存在这台手机上" : "这台手机不能存草稿");
  }
  function state(words) { var at = part("state"); if (at) { at.textContent = words; } }

  function note(words, canDrop) {
    var box = part("note");
    if (!box) { return; }
    part("words").textContent = words;
    part("drop").hidden = !canDrop;
    box.hidden = false;
  }
  function relabel(words) { var button = part("send"); if (button) { button.textContent = words; } }

  function fill(f, kept) {
    Array.prototype.forEach.call(f.elements, function (field) {
      if (!field.name || field.name === "csrfmiddlewaretoken" || !(field.type === "checkbox" || field.name in kept)) { return; }
      if (field.type === "radio") { field.checked = field.value === kept[field.name]; }
      else if (field.type === "checkbox") { field.checked = field.name in kept; }
      else { field.value = kept[field.name]; }
    });
  }

  function keep(why) {
    save(true);
    note(why + "内容已存在这台手机上，请稍后点「重新送出」，不会记成两件。", false);
    relabel("重新送出");
    var box = part("note");
    if (box) { box.scrollIntoView({ block: "center" }); }
  }

  function restore() {
    var f = form();
    if (!f || f.hasAttribute("data-answered")) { return; }
    var draft = read(f.dataset.draft);
    if (!draft) { return; }
    fill(f, draft.values);
    if (f.querySelector("input[type=file]")) { state("照片不存草稿，须重新选择"); }
    if (draft.waiting) {
      note("上次没有网络，这件事还没送出（" + clock(draft.savedAt) + "）。请核对后点「重新送出」。", true);
      relabel("重新送出");
    } else {
      note("已接着 " + clock(draft.savedAt) + " 没写完的内容。", true);
    }
  }

  document.addEventListener("input", function (event) {
    if (!event.target.closest("form[data-draft]")) { return; }
    window.clearTimeout(timer);
    timer = window.setTimeout(save, SAVE_AFTER, false);
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-draft-drop]")) { return; }
    window.clearTimeout(timer);
    var f = form();
    drop(f.dataset.draft);
    // Without its mark the form is not saved once more while the page goes away.
    f.removeAttribute("data-draft");
    window.location.replace(window.location.pathname);
  });
  document.addEventListener("visibilitychange", function () { if (document.hidden) { save(false); } });

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (!event.target.matches("form[data-draft]")) { return; }
    window.clearTimeout(timer);
    save(false);
    if (!navigator.onLine) { event.preventDefault(); keep("没有网络。"); }
  });
  var whys = { "htmx:sendError": "没有网络。", "htmx:timeout": "网络太慢，没有送出。", "htmx:responseError": "系统暂时没有应答。" };
  Object.keys(whys).forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (event.target.matches("form[data-draft]")) { keep(whys[name]); }
    });
  });
  // The server has it: only now is the draft let go.
  document.addEventListener("intake-saved", function () {
    var f = form();
    window.clearTimeout(timer);
    if (f) { drop(f.dataset.draft); f.removeAttribute("data-draft"); }
  });
  window.addEventListener("online", function () {
    var f = form();
    var draft = f && read(f.dataset.draft);
    if (draft && draft.waiting) { note("网络已恢复，请点「重新送出」。", false); }
  });

  sweep();
  restore();
})();
