/* The session is about to end: warn in time, offer to stay, keep several tabs in step.
   <meta name="govern-session-ends"> holds the moment, <meta name="govern-session-extend"> the address to POST to.
   Any answer may carry the header X-Session-Ends with a later moment. */
(function () {
  "use strict";

  var WARN_BEFORE = 120000;
  var endsMeta = document.querySelector('meta[name="govern-session-ends"]');
  var extendMeta = document.querySelector('meta[name="govern-session-extend"]');
  if (!endsMeta || !extendMeta) return;

  function moment(text) { return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : text + "Z"); }

  var ends = moment(endsMeta.content);
  var dialog = null;
  var timer = 0;
  var channel = "BroadcastChannel" in window ? new BroadcastChannel("govern-session") : null;

  function setEnds(value, tell) {
    if (!value || value <= ends && !tell) return;
    ends = Math.max(ends, value);
    if (channel && tell) channel.postMessage(ends);
    if (dialog && dialog.open && ends - Date.now() > WARN_BEFORE) dialog.close();
    plan();
  }

  function plan() {
    window.clearTimeout(timer);
    var left = ends - Date.now();
    timer = window.setTimeout(tick, Math.min(Math.max(left - WARN_BEFORE, 1000), 2147000000));
  }

  function words(left) {
    var seconds = Math.max(0, Math.round(left / 1000));
    return seconds >= 90 ? Math.round(seconds / 60) + " Minuten" : seconds + " Sekunden";
  }

  function build() {
    dialog = document.createElement("dialog");
    dialog.className = "kern-dialog";
    dialog.id = "sitzungsende";
    dialog.setAttribute("aria-labelledby", "sitzungsende-titel");
    dialog.innerHTML = '<div class="kern-dialog__header"><h2 id="sitzungsende-titel">Sie werden gleich abgemeldet</h2></div>' +
      '<div class="kern-dialog__body"><p>Zu Ihrer Sicherheit endet die Anmeldung in <b data-left></b>. ' +
      "Was Sie getippt haben, bleibt in diesem Browser und steht nach dem Anmelden wieder da.</p></div>" +
      '<div class="kern-dialog__footer"><button type="button" class="kern-btn kern-btn--primary" data-stay><span class="kern-label">Angemeldet bleiben</span></button></div>';
    dialog.querySelector("[data-stay]").addEventListener("click", extend);
    dialog.addEventListener("cancel", function (event) { event.preventDefault(); extend(); });
    document.body.append(dialog);
  }

  function tick() {
    var left = ends - Date.now();
    if (left > WARN_BEFORE + 1000) return plan();
    if (!dialog) build();
    if (left <= 0) {
      dialog.querySelector("h2").textContent = "Sie sind abgemeldet";
      dialog.querySelector("p").textContent = "Was Sie getippt haben, bleibt in diesem Browser und steht nach dem Anmelden wieder da.";
      var button = dialog.querySelector("[data-stay]");
      button.querySelector(".kern-label").textContent = "Neu anmelden";
      button.onclick = function () { window.location.reload(); };
      button.removeEventListener("click", extend);
      if (!dialog.open) dialog.showModal();
      return;
    }
    dialog.querySelector("[data-left]").textContent = words(left);
    if (!dialog.open) dialog.showModal();
    timer = window.setTimeout(tick, left > 90000 ? 10000 : 1000);
  }

  function extend() {
    fetch(extendMeta.content, {
      method: "POST", credentials: "same-origin", redirect: "manual",
      headers: { "HX-Request": "true", "X-CSRFToken": window.govern.csrf() },
    }).then(function (response) {
      if (!response.ok) throw new Error("refused");
      var until = response.headers.get("X-Session-Ends");
      setEnds(until ? moment(until) : Date.now() + 30 * 60000, true);
      dialog.close();
      window.govern.announce("Sie bleiben angemeldet.");
    }).catch(function () {
      window.govern.warn("Das Verlängern hat nicht geklappt. Bitte speichern Sie jetzt oder melden Sie sich neu an.");
    });
  }

  if (channel) channel.onmessage = function (event) { setEnds(Number(event.data)); };
  document.addEventListener("govern:session", function (event) { setEnds(moment(event.detail.ends), true); });
  document.addEventListener("htmx:afterRequest", function (event) {
    var until = event.detail.xhr && event.detail.xhr.getResponseHeader("X-Session-Ends");
    if (until) setEnds(moment(until), true);
  });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) plan(); });
  plan();
})();
