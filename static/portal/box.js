/* Comforts of the public's pages; each of them works without. */
(function () {
  "use strict";

  // A draft that has become a matter leaves this phone, also when the page came without htmx.
  var sent = document.querySelector("[data-drops-draft]");
  if (sent) { try { window.localStorage.removeItem(sent.dataset.dropsDraft); } catch (error) { /* nothing was kept */ } }

  // Which photos were chosen, and a word when there are too many.
  document.addEventListener("change", function (event) {
    var field = event.target;
    if (!field.matches("input[type=file][data-photos]")) { return; }
    var list = field.closest(".photos").querySelector("[data-photos-list]");
    var most = Number(field.dataset.photos);
    var names = Array.prototype.map.call(field.files, function (file) { return file.name; });
    if (names.length > most) {
      field.value = "";
      list.textContent = "最多 " + most + " 张，刚才选了 " + names.length + " 张，请重新选。";
    } else {
      list.textContent = names.length ? "已选 " + names.length + " 张：" + names.join("、") : "";
    }
    list.hidden = !list.textContent;
  });

  function showCopy() {
    var button = document.querySelector("[data-copy]");
    if (button && navigator.clipboard) { button.hidden = false; }
  }
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-copy]")) { return; }
    var told = document.querySelector("[data-copied]");
    navigator.clipboard.writeText(document.querySelector("[data-code]").textContent.trim()).then(
      function () { told.textContent = "已复制，请贴到备忘录里保存。"; },
      function () { told.textContent = "没有复制成，请拍照或截屏。"; }
    );
  });
  document.addEventListener("htmx:afterSettle", function () {
    showCopy();
    if (document.querySelector("[data-code]")) { window.scrollTo(0, 0); }
  });
  showCopy();
})();
