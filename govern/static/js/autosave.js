/* Text that saves itself (meeting mode): <form data-autosave-form action="…"> with <textarea data-autosave>.
   Unsent words stay in this browser until the server has confirmed them. */
(function () {
  "use strict";

  var WAIT = 900;
  var RETRY = [2000, 4000, 8000, 15000, 30000];
  var states = new WeakMap();
  var leaving = false; /* a request must outlive the page */

  function url(form) { return form.dataset.autosaveUrl || form.getAttribute("action") || window.location.pathname; }
  function key(field) { return "govern-unsent:" + url(field.form) + "#" + field.name; }

  /* Line ends and space at the end are the server's business; they are no difference. */
  function same(a, b) { return String(a).replace(/\r\n?/g, "\n").trimEnd() === String(b).replace(/\r\n?/g, "\n").trimEnd(); }

  function keep(field, text, base) {
    try {
      if (text === null) window.localStorage.removeItem(key(field));
      else window.localStorage.setItem(key(field), JSON.stringify({ text: text, base: base, at: Date.now() }));
    } catch (error) { /* no storage: the text still stands in the field */ }
  }

  function kept(field) {
    try { return JSON.parse(window.localStorage.getItem(key(field))); } catch (error) { return null; }
  }

  function show(field, text, trouble) {
    var status = document.getElementById(field.dataset.autosaveStatus || field.id + "-stand");
    if (!status) return;
    status.textContent = text;
    status.classList.toggle("is-trouble", Boolean(trouble));
  }

  function stateOf(field) {
    if (!states.has(field)) {
      states.set(field, { saved: field.defaultValue, timer: 0, sending: false, tries: 0, halted: false });
    }
    return states.get(field);
  }

  function later(field, delay) {
    var state = stateOf(field);
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(function () { save(field); }, delay);
  }

  function changed(field) {
    var state = stateOf(field);
    if (field.value === state.saved) { keep(field, null); return; }
    keep(field, field.value, state.saved);
    if (state.halted) return;
    state.tries = 0;
    show(field, "wird gespeichert …");
    later(field, WAIT);
  }

  /* The server may answer with the new version number: header X-Version, for the form's hidden field „version“; and
     with the number of words: header X-Words, for [data-words]. */
  function takeVersion(form, response) {
    var version = response.headers.get("X-Version");
    var input = form.querySelector("input[name=version]");
    if (version && input) input.value = version;
    var words = response.headers.get("X-Words");
    var counted = form.querySelector("[data-words]");
    if (words && counted) counted.textContent = Number(words).toLocaleString("de-DE") + (words === "1" ? " Wort" : " Wörter");
    var ends = response.headers.get("X-Session-Ends");
    if (ends) document.dispatchEvent(new CustomEvent("govern:session", { detail: { ends: ends } }));
  }

  function conflict(field, html) {
    var state = stateOf(field);
    state.halted = true;
    var target = document.querySelector(field.dataset.conflictTarget || "#" + field.id + "-konflikt");
    show(field, "nicht gespeichert – hier wurde zugleich geschrieben", true);
    if (!target) { window.govern.warn("Hier wurde zugleich geschrieben. Kopieren Sie Ihren Text und laden Sie die Seite neu."); return; }
    var answer = document.createElement("template");
    answer.innerHTML = html;
    var root = answer.content.firstElementChild;
    var content = root && root.id === target.id ? root : answer.content;
    target.replaceChildren.apply(target, Array.from(content.childNodes));
    if (window.htmx) window.htmx.process(target);
    window.govern.decorate(target);
    settled(field, target);
    window.govern.warn("Hier wurde zugleich geschrieben. Ihr Text ist noch da; vergleichen Sie bitte beide Fassungen.");
  }

  /* The form that answers a conflict sends both texts in one; this browser then need not remember its own any longer. */
  function settled(field, target) {
    var form = target.querySelector("form[data-settles]");
    if (!form) return;
    form.addEventListener("submit", function () {
      keep(field, null);
      stateOf(field).saved = field.value;
    });
  }

  /* <template data-newer-text="field id" data-version="4">: somebody else's text, taken only where nothing was typed here. */
  function takeNewerText(template) {
    var field = document.getElementById(template.dataset.newerText);
    if (!field || !field.form) return;
    var state = stateOf(field);
    if (state.halted || state.sending || field.value !== state.saved) return;
    var text = template.content.textContent;
    var version = field.form.querySelector("input[name=version]");
    if (version) version.value = template.dataset.version;
    if (same(text, field.value)) return;
    field.value = text;
    field.defaultValue = text;
    state.saved = field.value;
    show(field, "neuer Text übernommen " + window.govern.clock());
    window.govern.announce("Hier hat noch jemand geschrieben; der neue Text steht im Feld.");
  }

  function save(field) {
    var form = field.form;
    var state = stateOf(field);
    if (!form || !field.isConnected || state.halted) return;
    if (state.sending || form.dataset.sending) { later(field, 400); return; }
    var text = field.value;
    if (text === state.saved) return;
    var data = new FormData(form);
    data.set("autosave", "1");
    state.sending = true;
    form.dataset.sending = "1";
    fetch(url(form), {
      method: "POST", body: data, credentials: "same-origin", redirect: "manual",
      keepalive: leaving,
      headers: { "HX-Request": "true", "X-CSRFToken": window.govern.csrf() },
    }).then(function (response) {
      if (response.status === 409) {
        return response.text().then(function (html) { conflict(field, html); });
      }
      if (response.status === 401 || response.type === "opaqueredirect" || response.headers.get("HX-Redirect")) {
        state.halted = true;
        show(field, "abgemeldet – Text bleibt hier gespeichert, bitte melden Sie sich neu an", true);
        window.govern.warn("Sie sind nicht mehr angemeldet. Ihr Text bleibt in diesem Browser; melden Sie sich in einem zweiten Fenster an und laden Sie dann neu.");
        return;
      }
      if (response.status === 422 || response.status === 403 || response.status === 404) {
        state.halted = response.status !== 422;
        show(field, "nicht gespeichert – " + (response.headers.get("X-Message") || "bitte prüfen Sie den Text oder laden Sie die Seite neu"), true);
        return;
      }
      if (!response.ok) throw new Error("status " + response.status);
      takeVersion(form, response);
      state.saved = text;
      state.tries = 0;
      if (field.value === text) { keep(field, null); show(field, "✓ gespeichert " + window.govern.clock()); }
      else { keep(field, field.value, text); later(field, WAIT); }
    }).catch(function () {
      var delay = RETRY[Math.min(state.tries, RETRY.length - 1)];
      state.tries += 1;
      show(field, "keine Verbindung – Text bleibt hier gespeichert, wird erneut versucht", true);
      if (state.tries === 1) window.govern.announce("Keine Verbindung. Der Text bleibt in diesem Browser gespeichert und wird erneut gesendet.");
      later(field, delay);
    }).finally(function () {
      state.sending = false;
      delete form.dataset.sending;
    });
  }

  function prepare(field) {
    if (states.has(field)) return;
    stateOf(field);
    var left = kept(field);
    if (!left) return;
    var stored = field.defaultValue;
    if (same(left.text, stored)) { keep(field, null); return; }
    if (same(left.base, stored)) {
      /* Nobody wrote meanwhile: take the unsent words and send them. */
      field.value = left.text;
      show(field, "ungesendeter Text wiederhergestellt, wird gespeichert …");
      later(field, WAIT);
      return;
    }
    /* Both changed: show both, lose neither. */
    var box = document.createElement("div");
    box.className = "conflict";
    box.innerHTML = "<p><b>In diesem Browser steht noch Text, der nicht gesendet wurde.</b> Inzwischen wurde hier auch gespeichert.</p>" +
      '<textarea class="control" readonly rows="4" aria-label="Nicht gesendeter Text"></textarea>' +
      '<div class="actions actions--below"><button type="button" class="kern-btn kern-btn--secondary btn--small" data-take><span class="kern-label">Unten anfügen</span></button>' +
      '<button type="button" class="kern-btn kern-btn--tertiary btn--small" data-drop><span class="kern-label">Verwerfen</span></button></div>';
    box.querySelector("textarea").value = left.text;
    box.querySelector("[data-take]").addEventListener("click", function () {
      field.value = field.value.replace(/\s*$/, "") + "\n\n" + left.text;
      box.remove();
      field.focus();
      changed(field);
    });
    box.querySelector("[data-drop]").addEventListener("click", function () { keep(field, null); box.remove(); field.focus(); });
    field.before(box);
    window.govern.warn("In diesem Browser steht noch Text, der nicht gesendet wurde.");
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches && event.target.matches("[data-autosave]")) changed(event.target);
  });
  document.addEventListener("focusout", function (event) {
    if (event.target.matches && event.target.matches("[data-autosave]")) save(event.target);
  });
  window.addEventListener("online", function () {
    document.querySelectorAll("[data-autosave]").forEach(function (field) { if (field.value !== stateOf(field).saved) later(field, 100); });
  });
  window.addEventListener("beforeunload", function (event) {
    var unsent = Array.from(document.querySelectorAll("[data-autosave]")).some(function (field) {
      return field.value !== stateOf(field).saved;
    });
    if (!unsent) return;
    leaving = true;
    document.querySelectorAll("[data-autosave]").forEach(save);
    leaving = false;
    event.preventDefault();
    event.returnValue = "";
  });
  /* Sending the whole form by its button carries the text too; it stays remembered until that arrived (drafts.js). */
  window.govern.unsentKeys = function (form) {
    return Array.from(form.querySelectorAll("[data-autosave]")).map(function (field) {
      var state = stateOf(field);
      window.clearTimeout(state.timer);
      if (field.value !== state.saved) keep(field, field.value, state.saved);
      state.saved = field.value;
      return key(field);
    });
  };
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.matches("form")) event.detail.elt.unsentKeys = window.govern.unsentKeys(event.detail.elt);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.detail.requestConfig.elt; /* detail.elt is another one once the form was swapped away */
    var names = form.unsentKeys;
    if (!names) return;
    delete form.unsentKeys;
    if (event.detail.successful) {
      names.forEach(function (name) { try { window.localStorage.removeItem(name); } catch (error) { /* none */ } });
    } else {
      form.querySelectorAll("[data-autosave]").forEach(function (field) { stateOf(field).saved = field.defaultValue; });
    }
  });

  function prepareAll() { document.querySelectorAll("[data-autosave]").forEach(prepare); }
  document.addEventListener("htmx:afterSettle", function () {
    prepareAll();
    document.querySelectorAll("template[data-newer-text]").forEach(takeNewerText);
  });
  prepareAll();
})();
