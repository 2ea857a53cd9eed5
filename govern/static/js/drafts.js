/* Typed text survives: forms with data-keep remember it in this tab until they were sent successfully,
   also across a new sign-in; forms with data-guard ask before unsaved words are left behind. */
(function () {
  "use strict";

  var prefix = "govern-keep:";

  function key(form) { return prefix + window.location.pathname + "#" + form.id; }

  function remembered(control) {
    return control.name && control.name !== "csrf_token" && !control.disabled && !control.readOnly &&
      !/^(password|file|hidden|submit|button|reset)$/.test(control.type);
  }

  function stateOf(form) {
    return Array.from(form.elements).filter(remembered).map(function (control) {
      var choice = control.type === "checkbox" || control.type === "radio";
      if (control.tagName === "SELECT" && control.multiple) {
        return [control.name, "", Array.from(control.selectedOptions, function (o) { return o.value; })];
      }
      return choice ? [control.name, control.value, control.checked] : [control.name, "", control.value];
    });
  }

  /** What differs from the page as it came, whole groups of one name; all of it where the page already brought typed text back. */
  function changesOf(form) {
    return since(document.querySelector("[data-error-summary]") ? [] : original.get(form) || [], stateOf(form));
  }

  function since(before, state) {
    function named(entries, name) { return JSON.stringify(entries.filter(function (entry) { return entry[0] === name; })); }
    return state.filter(function (entry) { return named(state, entry[0]) !== named(before, entry[0]); });
  }

  function keep(form) {
    var changes = changesOf(form);
    store(key(form), changes.length ? JSON.stringify(changes) : null);
  }

  function apply(form, state) {
    var counts = {};
    var changed = false;
    var controls = Array.from(form.elements).filter(remembered);
    state.forEach(function (entry) {
      var choice = typeof entry[2] === "boolean";
      var same = controls.filter(function (c) { return c.name === entry[0] && (!choice || c.value === entry[1]); });
      var slot = entry[0] + "\n" + entry[1];
      var control = same[counts[slot] || 0];
      counts[slot] = (counts[slot] || 0) + 1;
      if (!control) return;
      if (choice) {
        if (control.checked !== entry[2]) { control.checked = entry[2]; changed = true; }
      } else if (Array.isArray(entry[2])) {
        Array.from(control.options).forEach(function (o) { o.selected = entry[2].indexOf(o.value) >= 0; });
      } else if (control.value !== entry[2]) { control.value = entry[2]; changed = true; }
    });
    return changed;
  }

  function store(name, value) {
    try {
      if (value === null) window.sessionStorage.removeItem(name);
      else window.sessionStorage.setItem(name, value);
    } catch (error) { /* no storage: nothing is kept, nothing breaks */ }
  }

  function load(name) {
    try { return window.sessionStorage.getItem(name); } catch (error) { return null; }
  }

  var original = new WeakMap();

  function note(form) {
    var box = document.createElement("div");
    box.className = "kern-alert kern-alert--info kept-note";
    box.innerHTML = '<div class="kern-alert__header"><span class="kern-icon kern-icon--info" aria-hidden="true"></span>' +
      '<span class="kern-title">Ihr zuvor getippter Text steht wieder hier; gespeichert ist er noch nicht. ' +
      '<button type="button" class="link-button">Verwerfen</button></span></div>';
    box.querySelector("button").addEventListener("click", function () {
      store(key(form), null);
      apply(form, original.get(form) || []);
      box.remove();
      if (window.govern) window.govern.announce("Verworfen.");
    });
    form.prepend(box);
    if (window.govern) window.govern.announce("Ihr zuvor getippter Text steht wieder im Formular. Gespeichert ist er noch nicht.");
  }

  function prepare(form) {
    if (original.has(form)) return;
    original.set(form, stateOf(form));
    if (!form.matches("[data-keep]") || !form.id) return;
    var kept = load(key(form));
    if (!kept) return;
    /* A page that came back with errors already shows what was typed. */
    if (form.querySelector("[data-error-summary]")) return;
    try { if (apply(form, JSON.parse(kept))) note(form); } catch (error) { store(key(form), null); }
  }

  function differs(form) {
    return since(original.get(form) || [], stateOf(form)).length > 0;
  }

  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && form.matches && form.matches("form[data-keep][id]")) keep(form);
  });

  /* What was sent stays remembered until the page that answers shows that it arrived. */
  var sentKey = "govern-sent";
  var leaving = false;
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.querySelector("[data-clears-drafts]")) return clearAll();
    if (event.defaultPrevented || form.matches("[data-hx-post], [hx-post]")) return;
    leaving = true;
    window.setTimeout(function () { leaving = false; }, 4000);
    if (form.method !== "post") return;
    var names = form.matches("[data-keep][id]") ? [key(form)] : [];
    if (names.length) keep(form);
    var unsent = window.govern && window.govern.unsentKeys ? window.govern.unsentKeys(form) : [];
    if (names.length || unsent.length) {
      store(sentKey, JSON.stringify({ from: window.location.href.split("#")[0], names: names, unsent: unsent }));
    }
  });

  /** The answer is a page of ours, reached from the form, that refuses nothing. */
  function arrived(sent) {
    var visit = performance.getEntriesByType("navigation")[0];
    return (!visit || visit.type === "navigate") && document.referrer === sent.from &&
      !document.querySelector("[data-error-summary], [data-signing-in], [data-refused], .conflict");
  }

  function forget(sent) {
    sent.names.forEach(function (name) { store(name, null); });
    sent.unsent.forEach(function (name) {
      try { window.localStorage.removeItem(name); } catch (error) { /* nothing stored */ }
    });
  }

  var sent = load(sentKey);
  if (sent) {
    try {
      sent = JSON.parse(sent);
      if (arrived(sent)) forget(sent);
    } catch (error) { /* unreadable: keep everything */ }
    store(sentKey, null);
  }

  /** Signing out leaves nothing behind in this browser. */
  function clearAll() {
    ["sessionStorage", "localStorage"].forEach(function (kind) {
      try {
        Object.keys(window[kind]).filter(function (name) { return /^govern-(keep|unsent|sent)/.test(name); })
          .forEach(function (name) { window[kind].removeItem(name); });
      } catch (error) { /* nothing stored */ }
    });
  }

  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.detail.requestConfig.elt; /* detail.elt is another one once the form was swapped away */
    if (form.matches && form.matches("form[data-keep][id]") && event.detail.successful &&
        event.detail.requestConfig.verb !== "get") {
      store(key(form), null);
      original.delete(form);
    }
  });

  /* A part of the form that saved itself and came back is no longer unsaved. */
  document.addEventListener("htmx:afterSettle", function (event) {
    var part = event.detail.elt;
    var config = event.detail.requestConfig;
    var form = part && part.closest && part.parentElement ? part.parentElement.closest("form[data-keep][id]") : null;
    if (!form || !original.has(form) || !config || config.verb === "get" || event.detail.xhr.status >= 400) return;
    var names = Array.from(part.querySelectorAll("[name]"), function (control) { return control.name; });
    function within(entry) { return names.indexOf(entry[0]) >= 0; }
    var rest = original.get(form).filter(function (entry) { return !within(entry); });
    original.set(form, rest.concat(stateOf(form).filter(within)));
    keep(form);
  });

  window.addEventListener("beforeunload", function (event) {
    if (leaving) return;
    var dirty = Array.from(document.querySelectorAll("form[data-guard]")).some(differs);
    if (dirty) { event.preventDefault(); event.returnValue = ""; }
  });

  function prepareAll(where) { where.querySelectorAll("form[data-keep], form[data-guard]").forEach(prepare); }
  document.addEventListener("htmx:afterSettle", function () { prepareAll(document); });
  prepareAll(document);
})();
