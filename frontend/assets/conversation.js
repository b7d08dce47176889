// Paints the last conversation at a later visit, before the program is there, and stores it when
// the page is left. What is stored is data: a tree of elements' names, attributes and texts, from
// which elements are made. It is shown only while the cookie with the tag of its session is there.
// At a first visit it signs in by the form of the first paint.
(() => {
  const KEY = "madang.seen";
  const MOST = 200000;
  const SVG = "http://www.w3.org/2000/svg";
  // Nothing that loads, runs, or can be used. The rest is shown as `span`.
  const NAMES =
    /^(a|article|aside|b|blockquote|circle|code|div|em|h1|h2|header|i|li|main|nav|ol|p|path|pre|s|section|span|strong|svg|time|ul)$/;
  const ATTRIBUTES = /^(class|cx|cy|d|data-[a-z]+|datetime|dir|lang|r|translate|viewBox|aria-current)$/;
  const LEFT_OUT =
    "[hidden],[popover],.row button,[role=log],[role=alert],[role=status],.visually-hidden,.skip,dialog,script,input,textarea";
  const COMPOSER = ["div", { class: "composer" }, [["div", { class: "composer__frame frame-composer" }, []]]];

  const root = document.documentElement;
  const port = location.port || (location.protocol === "https:" ? 443 : 80);
  const name = (location.protocol === "https:" ? "__Host-" : "") + `madang_tag_${port}=`;
  const tag = () =>
    document.cookie
      .split("; ")
      .find((pair) => pair.startsWith(name))
      ?.slice(name.length);
  const today = () => new Date().toDateString();

  const make = ([name, attributes, children], above) => {
    const isSvg = above || name === "svg";
    name = NAMES.test(name) ? name : "span";
    const element = isSvg ? document.createElementNS(SVG, name) : document.createElement(name);
    for (const key in attributes) {
      if (ATTRIBUTES.test(key)) element.setAttribute(key, attributes[key]);
    }
    for (const child of children) {
      element.append(typeof child === "string" ? child : make(child, isSvg));
    }
    return element;
  };

  const toEnd = (scroller) => {
    scroller.scrollTop = scroller.scrollHeight;
  };

  const paint = () => {
    const seen = JSON.parse(localStorage.getItem(KEY));
    const here = location.pathname;
    if (!seen || seen.tag !== tag() || (here !== "/" && here !== seen.path)) return;
    const shell = make(seen.tree);
    // "Today" was another day.
    if (seen.day !== today()) {
      const form = { weekday: "long", month: "long", day: "numeric" };
      for (const label of shell.querySelectorAll(".row__day > span")) {
        const at = label.closest(".row").querySelector("time");
        if (at) label.textContent = new Date(at.dateTime).toLocaleDateString(root.lang, form);
      }
    }
    shell.classList.add("frame-panes");
    document.querySelector("#frame > .frame-panes").replaceWith(shell);
    shell.querySelectorAll(".timeline__scroller").forEach(toEnd);
  };

  const store = (element, sight) => {
    const attributes = {};
    for (const { name, value } of element.attributes) {
      if (ATTRIBUTES.test(name)) attributes[name] = value;
    }
    const children = [];
    for (const child of element.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) children.push(child.data);
      if (child.nodeType !== Node.ELEMENT_NODE || child.matches(LEFT_OUT)) continue;
      if (child.matches(".composer")) {
        children.push(COMPOSER);
        continue;
      }
      const isRow = child.localName === "li";
      const box = isRow && child.getBoundingClientRect();
      if (!isRow || (box.bottom > -sight && box.top < 2 * sight)) children.push(store(child, sight));
    }
    return [element.localName, attributes, children];
  };

  const leave = () => {
    const shell = document.querySelector("body > .shell");
    const scroller = shell?.querySelector(".timeline__scroller");
    // Somebody else may have signed in in another tab: then it is theirs. Below the frame it is not whole yet.
    if (!shell || document.getElementById("frame") || root.dataset.session !== tag()) return;
    const below = scroller ? scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight : 1;
    const seen = { tag: tag(), day: today(), path: location.pathname };
    // Among older messages the next visit would begin elsewhere.
    const is = seen.tag && below < 9 && shell.querySelector("[data-state=ready]");
    const text = is ? JSON.stringify({ ...seen, tree: store(shell, innerHeight) }) : "";
    if (text && text.length < MOST) localStorage.setItem(KEY, text);
    else localStorage.removeItem(KEY);
  };

  const quietly = (act) => () => {
    try {
      act();
    } catch {
      // No storage, or something else in it.
    }
  };
  quietly(paint)();
  addEventListener("pagehide", quietly(leave));
  document.addEventListener(
    "visibilitychange",
    quietly(() => document.hidden && leave()),
  );

  // The form of the first paint: what was typed is there again if the server has refused it.
  const field = document.getElementById("first-name");
  if (location.search.startsWith("?refused=")) {
    quietly(() => (field.value = sessionStorage.getItem("madang.name") || ""))();
  }
  let busy = false;
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy) signIn();
  });
  // Without leaving the page, so that the program goes on loading. The next document explains
  // what the server refuses.
  const signIn = async () => {
    busy = true;
    quietly(() => sessionStorage.setItem("madang.name", field.value))();
    try {
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ name: field.value });
      const answer = await fetch("/api/v1/session", { method: "POST", headers, body });
      const { user, error } = await answer.json();
      if (error) return location.replace(`${location.pathname}?refused=${error.code}`);
      if (user) {
        quietly(() => {
          localStorage.setItem("madang.me", JSON.stringify(user));
          localStorage.setItem("madang.known", "1");
        })();
        root.dataset.known = "";
        madangConnect();
        // The program was here first, or the browser keeps no cookies.
        if (!tag() || document.querySelector("main.sign-in")) location.reload();
        return;
      }
    } catch {
      // No answer: the browser says so.
    }
    field.form.submit();
  };
  // The program does not take the field over while a syllable is being composed in it.
  field.addEventListener("compositionstart", () => (field.dataset.composing = ""));
  field.addEventListener("compositionend", () => delete field.dataset.composing);
})();
