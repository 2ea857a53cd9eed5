/* Runs before the page is drawn: marks that scripts run, and applies the chosen theme. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var theme = window.localStorage.getItem("govern-theme");
    if (theme === "light" || theme === "dark") root.setAttribute("data-kern-theme", theme);
  } catch (error) {
    /* Storage is forbidden here: the device's own setting applies. */
  }
})();
