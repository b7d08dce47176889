// Runs before the first paint: the theme, the density, the language, and which frame to show;
// then waits to say so if the program itself cannot be loaded. `state::Settings`
// and `components::failure` use the same names.
(() => {
  const root = document.documentElement;
  let chosen = {};
  try {
    chosen = JSON.parse(localStorage.getItem("madang.settings")) || {};
    if (localStorage.getItem("madang.known")) root.dataset.known = "";
  } catch {
    // No storage, or nothing of ours in it.
  }
  if (chosen.theme === "light" || chosen.theme === "dark") root.dataset.theme = chosen.theme;
  if (chosen.density === "compact") root.dataset.density = "compact";
  root.lang = chosen.language || (navigator.language || "en").slice(0, 2);

  const failed = (event) => {
    const source = event.target;
    if (source instanceof HTMLImageElement || source instanceof HTMLLinkElement) return;
    const failure = document.getElementById("failure");
    // Not the connection's fault; loading once more would end the same way.
    if (!globalThis.WebAssembly) {
      failure.querySelector("#failure-text").hidden = true;
      failure.querySelector("#failure-wasm").hidden = false;
    }
    failure.hidden = false;
  };
  const events = ["error", "unhandledrejection"];
  for (const name of events) addEventListener(name, failed, true);
  addEventListener("TrunkApplicationStarted", () => {
    for (const name of events) removeEventListener(name, failed, true);
  });
  addEventListener("click", (event) => {
    if (event.target.id === "failure-reload") location.reload();
  });
})();
