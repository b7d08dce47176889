// Runs before the first paint: the theme, the density, the language, and which frame to show;
// then waits to say so if the program itself cannot be loaded. `state::Settings`
// and `components::failure` use the same names.
(() => {
  const root = document.documentElement;
  // What is needed after signing in loads beside the program, not after it. A newcomer has the
  // form meanwhile.
  const loadPieces = (addresses = "", fetchPriority = "auto") => {
    for (const href of addresses.split(" ").filter(Boolean)) {
      const type = "application/wasm";
      const link = { rel: "preload", as: "fetch", crossOrigin: "", type, fetchPriority, href };
      document.head.append(Object.assign(document.createElement("link"), link));
    }
  };
  // The form of the page itself may have signed in: then there is only the cookie.
  const port = location.port || (location.protocol === "https:" ? 443 : 80);
  const hasSession = () => document.cookie.includes(`madang_tag_${port}=`);
  // The connection opens while the program loads, which takes it up from here
  // (`socket::connection`). Nothing is said on it before.
  globalThis.madangConnect = () => {
    if (hasSession()) globalThis.madangSocket = new WebSocket(`${location.origin.replace("http", "ws")}/api/v1/ws`);
  };
  let known = hasSession();
  let chosen = {};
  try {
    chosen = JSON.parse(localStorage.getItem("madang.settings")) || {};
    known ||= localStorage.getItem("madang.known");
  } catch {
    // No storage, or nothing of ours in it.
  }
  if (known) root.dataset.known = "";
  // The frame of these addresses has no form: theirs come with the program. So has that of all
  // addresses on a server without guests, and of rooms where anybody may read them: it sets this itself.
  if (/^\/(claim|email|forgot|join|link|reset|sign-in|sign-up)\/?$/.test(location.pathname)) root.dataset.account = "";
  else if (known) delete root.dataset.account;
  if (!("account" in root.dataset)) madangConnect();
  if (chosen.theme === "light" || chosen.theme === "dark") root.dataset.theme = chosen.theme;
  if (chosen.density === "compact") root.dataset.density = "compact";
  const spoken = (navigator.languages || []).map((tag) => tag.slice(0, 2));
  root.lang = chosen.language || chosen.account_language || spoken.find((tag) => tag === "en" || tag === "ko") || "en";
  // The texts of other languages than English are a piece, which the first view needs.
  const { content, dataset } = document.querySelector("meta[name=pieces]");
  loadPieces(dataset[root.lang]);
  loadPieces(content, known ? "auto" : "low");
  // Reads what the last visit has stored.
  if (known) loadPieces(dataset.known);

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
