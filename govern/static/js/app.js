/* What every page needs from scripts. Everything works without this file, only less smoothly.
   Other files use window.govern: announce, warn, csrf, clock. */
(function () {
  "use strict";

  var root = document.documentElement;
  var govern = (window.govern = window.govern || {});

  /* --- Saying things ------------------------------------------------------------------ */

  function say(id, text) {
    var region = document.getElementById(id);
    if (!region) return;
    region.textContent = "";
    window.setTimeout(function () { region.textContent = text; }, 50);
  }

  /** Tell screen readers what changed, without moving anything. */
  govern.announce = function (text) { say("live-status", text); };

  /** Show and read out that something went wrong. */
  govern.warn = function (text) {
    say("live-alert", text);
    window.setTimeout(function () {
      var close = document.createElement("button");
      close.type = "button";
      close.className = "link-button";
      close.textContent = "Schließen";
      close.addEventListener("click", govern.calm);
      document.getElementById("live-alert").append(close);
    }, 60);
  };

  govern.calm = function () {
    var region = document.getElementById("live-alert");
    if (region) region.textContent = "";
  };

  govern.csrf = function () {
    var meta = document.querySelector('meta[name="csrf-token"]');
    return meta ? meta.content : "";
  };

  govern.clock = function () {
    return new Date().toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "Europe/Berlin" });
  };

  /* --- Theme -------------------------------------------------------------------------- */

  function chosenTheme() { return root.getAttribute("data-kern-theme") || "auto"; }

  function showTheme() {
    document.querySelectorAll("[data-theme-choice]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosenTheme()));
    });
  }

  function chooseTheme(theme) {
    if (theme === "auto") root.removeAttribute("data-kern-theme");
    else root.setAttribute("data-kern-theme", theme);
    try {
      if (theme === "auto") window.localStorage.removeItem("govern-theme");
      else window.localStorage.setItem("govern-theme", theme);
    } catch (error) { /* applies to this page only */ }
    showTheme();
  }

  /* --- Menus made of <details> -------------------------------------------------------- */

  function closeMenus(except) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (menu !== except && !menu.contains(except)) menu.open = false;
    });
  }

  /* --- Copying ------------------------------------------------------------------------ */

  function copy(button) {
    var text = button.dataset.copy;
    var field = button.parentElement && button.parentElement.querySelector("input[readonly]");
    function done() {
      var label = button.querySelector(".kern-label") || button;
      var before = label.firstChild.textContent;
      label.firstChild.textContent = "Kopiert";
      govern.announce("In die Zwischenablage kopiert.");
      window.setTimeout(function () { label.firstChild.textContent = before; }, 2500);
    }
    function byHand() {
      if (!field) return govern.warn("Das Kopieren ist hier nicht erlaubt. Bitte markieren und kopieren Sie den Text selbst.");
      field.focus();
      field.select();
      govern.announce("Der Text ist markiert. Kopieren Sie ihn mit Strg und C.");
    }
    if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(text).then(done, byHand);
    else byHand();
  }

  /* --- Asking back in a dialog --------------------------------------------------------- */

  function dialogElement() {
    var dialog = document.getElementById("dialog");
    if (dialog) return dialog;
    dialog = document.createElement("dialog");
    dialog.id = "dialog";
    dialog.className = "kern-dialog";
    dialog.innerHTML = '<div class="kern-dialog__body"></div>';
    document.body.append(dialog);
    return dialog;
  }

  /** Load the page behind a link and show its main part (or the fragment) as a dialog; on any trouble follow the link. */
  function openDialog(link) {
    fetch(link.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" })
      .then(function (response) {
        if (!response.ok || response.headers.get("HX-Redirect")) throw new Error("no fragment");
        return response.text();
      })
      .then(function (html) {
        var page = new DOMParser().parseFromString(html, "text/html");
        var content = page.querySelector("main .confirm, main form") ? page.querySelector("main .confirm") || page.querySelector("main form") : page.body;
        var dialog = dialogElement();
        var body = dialog.querySelector(".kern-dialog__body");
        body.replaceChildren.apply(body, content === page.body ? Array.from(content.childNodes) : [content]);
        if (window.htmx) window.htmx.process(body);
        var heading = body.querySelector("h1, h2, h3");
        if (heading) {
          heading.id = heading.id || "dialog-titel";
          dialog.setAttribute("aria-labelledby", heading.id);
        } else {
          dialog.setAttribute("aria-label", link.textContent.trim());
        }
        dialog.addEventListener("close", function () { body.replaceChildren(); link.focus(); }, { once: true });
        dialog.showModal();
        if (heading) { heading.tabIndex = -1; heading.focus(); }
      })
      .catch(function () { window.location.assign(link.href); });
  }

  /* --- Clicks and keys ------------------------------------------------------------------ */

  document.addEventListener("click", function (event) {
    var target = event.target.closest("[data-theme-choice], [data-copy], a[data-dialog], [data-dialog-close]");
    closeMenus(event.target);
    if (!target) return;
    if (target.matches("[data-theme-choice]")) return chooseTheme(target.dataset.themeChoice);
    if (target.matches("[data-copy]")) return copy(target);
    if (target.matches("[data-dialog-close]")) {
      var dialog = target.closest("dialog[open]");
      if (dialog) { event.preventDefault(); dialog.close(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openDialog(target);
  });

  /* A choice that needs more to be said opens the details beside it: data-opens="their id". */
  document.addEventListener("change", function (event) {
    var id = event.target.dataset && event.target.dataset.opens;
    var details = id && event.target.checked ? document.getElementById(id) : null;
    if (details) details.open = true;
  });

  /* A double click sends a form once. Forms that htmx sends are its own matter. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.setTimeout(function () { delete form.dataset.sent; }, 3000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  function isTyping(element) {
    return element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  }

  function visible(element) { return element.getClientRects().length > 0; }

  /* data-shortcut="/" or "Alt+ArrowDown", "Alt+A": focus a field, press a button, follow a link. */
  function shortcutOf(event) {
    var name = event.altKey ? (/^(Key|Digit)/.test(event.code) ? event.code.replace(/^(Key|Digit)/, "") : event.key) : event.key;
    return (event.altKey ? "Alt+" : "") + name;
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      govern.calm();
      var open = document.querySelector("details[data-menu][open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (!event.altKey && isTyping(document.activeElement)) return;
    var wanted = shortcutOf(event);
    var found = Array.from(document.querySelectorAll("[data-shortcut]")).find(function (element) {
      return element.dataset.shortcut === wanted && visible(element);
    });
    if (!found) return;
    event.preventDefault();
    if (isTyping(found)) found.focus();
    else if (found.tagName === "DETAILS") {
      found.open = true;
      var first = found.querySelector("input:not([type=hidden]), textarea, select");
      (first || found.querySelector("summary")).focus();
    } else found.click();
  });

  /* --- htmx: token, focus, trouble --------------------------------------------------------- */

  document.addEventListener("htmx:configRequest", function (event) {
    event.detail.headers["X-CSRFToken"] = govern.csrf();
  });
  document.addEventListener("htmx:config:request", function (event) {
    event.detail.ctx.request.headers["X-CSRFToken"] = govern.csrf();
  });

  var asked = null;
  document.addEventListener("htmx:beforeRequest", function (event) {
    asked = { element: event.detail.elt, hadFocus: event.detail.elt.contains(document.activeElement) };
  });

  function firstProblem(where) {
    return where.querySelector("[data-error-summary], [aria-invalid=true]");
  }

  function focusOn(element) {
    if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus();
  }

  /** After a swap: errors take focus; otherwise it stays, and only where its place is gone it moves to a heading. */
  function settle(where, status) {
    decorate(where);
    var problem = status === 422 || status === 409 ? firstProblem(where) : null;
    if (problem) focusOn(problem);
    else {
      var lost = !document.activeElement || document.activeElement === document.body;
      if (lost && asked && asked.hadFocus) {
        var wish = where.querySelector("[data-focus], [autofocus]") || where.querySelector("h1, h2, h3") || where;
        focusOn(wish);
      }
    }
    var words = where.matches("[data-announce]") ? where : where.querySelector("[data-announce]");
    if (words && words.dataset.announce) govern.announce(words.dataset.announce);
  }

  document.addEventListener("htmx:afterSettle", function (event) {
    var where = event.detail.elt && event.detail.elt.isConnected ? event.detail.elt : document.querySelector("main");
    if (where) settle(where, event.detail.xhr ? event.detail.xhr.status : 200);
  });

  var troubles = {
    403: "Das dürfen Sie hier nicht. Es wurde nichts gespeichert.",
    404: "Das gibt es hier nicht mehr. Laden Sie die Seite bitte neu.",
    413: "Die Datei ist zu groß. Es wurde nichts gespeichert.",
    429: "Das waren zu viele Versuche. Warten Sie bitte einige Minuten.",
  };
  /* What a page asks by itself (polling) says nothing when it fails or succeeds. */
  function isPassive(event) {
    var config = event.detail && event.detail.requestConfig;
    return Boolean(config && config.headers && config.headers["X-Govern-Passive"]);
  }

  document.addEventListener("htmx:responseError", function (event) {
    if (isPassive(event)) return;
    govern.warn(troubles[event.detail.xhr.status] || "Das hat nicht geklappt. Ihre Eingaben sind noch da; versuchen Sie es bitte noch einmal.");
  });
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (isPassive(event)) return;
      govern.warn("Keine Verbindung. Ihre Eingaben sind noch da; versuchen Sie es bitte gleich noch einmal.");
    });
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful && !isPassive(event)) govern.calm();
  });

  /* --- What begins when a form is on its way, such as asking how far a file is read. A trigger of htmx on „submit“ would hold the form back. */

  document.addEventListener("submit", function (event) {
    var waiting = event.target.querySelector("[data-on-submit]");
    if (waiting && !event.defaultPrevented && window.htmx) window.htmx.trigger(waiting, "begun");
  });

  /* --- Small dressings, also after swaps ------------------------------------------------------ */

  function decorate(where) {
    /* Tables that turn into cards lose their roles in the browser; give them back. */
    where.querySelectorAll(".table--stack").forEach(function (table) {
      table.setAttribute("role", "table");
      table.querySelectorAll("thead, tbody").forEach(function (part) { part.setAttribute("role", "rowgroup"); });
      table.querySelectorAll("tr").forEach(function (row) { row.setAttribute("role", "row"); });
      table.querySelectorAll("td").forEach(function (cell) { cell.setAttribute("role", "cell"); });
      table.querySelectorAll("thead th").forEach(function (cell) { cell.setAttribute("role", "columnheader"); });
      table.querySelectorAll("tbody th").forEach(function (cell) { cell.setAttribute("role", "rowheader"); });
    });
    showTheme();
  }
  govern.decorate = decorate;

  document.querySelectorAll("details[data-open-when-wide]").forEach(function (details) {
    var wide = window.matchMedia("(min-width: 52.01rem)");
    details.open = wide.matches;
    wide.addEventListener("change", function () { details.open = wide.matches; });
  });

  decorate(document);
  var problem = firstProblem(document);
  if (problem) focusOn(problem);
  var flashes = document.getElementById("flashes");
  if (flashes && flashes.textContent.trim()) govern.announce(flashes.textContent.trim().replace(/\s+/g, " "));
})();
