/* Changing an order by dragging or with the arrow keys: <ol data-reorder="form id"> with <li data-id>.
   The new order goes out through that hidden form; buttons beside each entry do the same without scripts. */
(function () {
  "use strict";

  var KEY_WAIT = 900;
  var drag = null;
  var keyTimer = 0;

  function listOf(handle) { return handle.closest("[data-reorder]"); }
  function itemOf(handle) { return handle.closest("li[data-id]"); }
  function items(list) { return Array.from(list.children).filter(function (li) { return li.dataset.id; }); }
  function orderOf(list) { return items(list).map(function (li) { return li.dataset.id; }).join(","); }

  function send(list, before) {
    var order = orderOf(list);
    if (order === before) return;
    var form = document.getElementById(list.dataset.reorder);
    if (!form) return;
    form.elements.order.value = order;
    form.requestSubmit();
  }

  function tell(list, item) {
    var all = items(list);
    window.govern.announce("Jetzt an Stelle " + (all.indexOf(item) + 1) + " von " + all.length + ".");
  }

  document.addEventListener("pointerdown", function (event) {
    var handle = event.target.closest && event.target.closest("[data-drag-handle]");
    if (!handle || event.button !== 0) return;
    var list = listOf(handle);
    drag = { list: list, item: itemOf(handle), before: orderOf(list), handle: handle, moved: false };
    handle.setPointerCapture(event.pointerId);
  });

  document.addEventListener("pointermove", function (event) {
    if (!drag) return;
    drag.moved = true;
    drag.item.classList.add("is-dragging");
    var others = items(drag.list).filter(function (li) { return li !== drag.item; });
    var next = others.find(function (li) {
      var box = li.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    if (next) { if (next !== drag.item.nextElementSibling) next.before(drag.item); }
    else if (others.length) { var last = others[others.length - 1]; if (last.nextElementSibling !== drag.item) last.after(drag.item); }
    if (event.clientY < 60) window.scrollBy(0, -12);
    else if (event.clientY > window.innerHeight - 60) window.scrollBy(0, 12);
  });

  function drop() {
    if (!drag) return;
    var done = drag;
    drag = null;
    done.item.classList.remove("is-dragging");
    if (!done.moved) return;
    tell(done.list, done.item);
    send(done.list, done.before);
  }
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);

  var keyed = null;
  document.addEventListener("keydown", function (event) {
    var handle = event.target.closest && event.target.closest("[data-drag-handle]");
    if (!handle || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    var list = listOf(handle);
    var item = itemOf(handle);
    var all = items(list);
    var at = all.indexOf(item);
    var other = all[at + (event.key === "ArrowUp" ? -1 : 1)];
    if (!keyed || keyed.list !== list) keyed = { list: list, before: orderOf(list) };
    if (!other) return;
    if (event.key === "ArrowUp") other.before(item); else other.after(item);
    handle.focus();
    tell(list, item);
    window.clearTimeout(keyTimer);
    keyTimer = window.setTimeout(finish, KEY_WAIT);
  });

  function finish() {
    window.clearTimeout(keyTimer);
    if (!keyed) return;
    var done = keyed;
    keyed = null;
    send(done.list, done.before);
  }
  document.addEventListener("focusout", function (event) {
    if (keyed && event.target.matches && event.target.matches("[data-drag-handle]") && event.relatedTarget) finish();
  });
})();
