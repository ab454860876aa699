/* Copying an address from a page; without a script it can be marked and copied by hand. */
(function () {
  "use strict";
  var button = document.querySelector("[data-copy-button]");
  if (!button || !navigator.clipboard) { return; }
  button.hidden = false;
  button.addEventListener("click", function () {
    var told = document.querySelector("[data-copy-told]");
    navigator.clipboard.writeText(document.querySelector("[data-copy-text]").textContent.trim()).then(
      function () { told.textContent = "已复制，请到日历里粘贴。"; },
      function () { told.textContent = "没有复制成，请长按地址选中后复制。"; }
    );
  });
})();
