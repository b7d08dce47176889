// Runs in the page before its own scripts, and notes when rows of messages, and the form for the
// name, are painted.
//
// The order in a frame is: animation callbacks; style, layout and paint; the message that a callback
// has posted. So when the message of a frame arrives, everything that was in the document before its
// paint has been painted.
(() => {
  "use strict";
  const ROW = "[data-seq]";
  const MARK = /~[0-9a-f]{16}/g;
  // The field for the name, whoever made the form.
  const FIELD = "form input[autocomplete=nickname]";
  const TIMEOUT_MS = 30_000;

  const painted = {};
  const paintedIn = new WeakMap();
  const memories = [];
  let marks = [];
  let waiting = [];
  let frames = 0;
  let inFrame = false;
  let last = 0;
  let longest = 0;
  let firstRow = null;
  let firstKey = null;
  let longestTask = 0;

  const channel = new MessageChannel();
  const tick = (now) => {
    inFrame = true;
    frames += 1;
    if (last) longest = Math.max(longest, now - last);
    last = now;
    channel.port2.postMessage(null);
    requestAnimationFrame(tick);
  };
  channel.port1.onmessage = () => {
    inFrame = false;
    const now = performance.now();
    marks = marks.filter(({ mark, frame }) => {
      if (frame > frames) return true;
      painted[mark] ??= now;
      return false;
    });
    if (waiting.length) waiting = waiting.filter((waiter) => !waiter(now));
    if (firstRow === null && shown(() => true)) firstRow = absolute(now);
  };
  requestAnimationFrame(tick);

  // Also comparable with times of other documents.
  const absolute = (now) => performance.timeOrigin + now;
  // Whether a row that `fits` has been painted on the screen.
  const shown = (fits) =>
    [...document.querySelectorAll(ROW)].some(
      (row) => (paintedIn.get(row) ?? 0) <= frames && row.textContent.trim() && fits(row) && onScreen(row),
    );
  addEventListener(
    "input",
    ({ target }) => {
      if (target instanceof Element && target.matches(FIELD)) firstKey ??= absolute(performance.now());
    },
    true,
  );
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTask = Math.max(longestTask, duration);
  }).observe({ type: "longtask", buffered: true });

  const onScreen = (row) => {
    const box = row.getBoundingClientRect();
    return box.height > 0 && box.bottom > 0 && box.top < innerHeight;
  };
  const see = (row, frame) => {
    if (!paintedIn.has(row)) paintedIn.set(row, frame);
    for (const mark of row.textContent.match(MARK) ?? []) {
      if (!(mark in painted)) marks.push({ mark, frame });
    }
  };
  new MutationObserver((changes) => {
    const frame = inFrame ? frames : frames + 1;
    const rows = new Set();
    for (const { target, addedNodes } of changes) {
      const around = (target instanceof Element ? target : target.parentElement)?.closest(ROW);
      if (around) rows.add(around);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        if (node.matches(ROW)) rows.add(node);
        else for (const row of node.querySelectorAll(ROW)) rows.add(row);
      }
    }
    for (const row of rows) see(row, frame);
  }).observe(document, { childList: true, characterData: true, subtree: true });

  // The JavaScript heap does not contain the memory of WebAssembly.
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const real = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const made = await real.apply(WebAssembly, args);
      const { exports } = made.instance ?? made;
      for (const value of Object.values(exports)) {
        if (value instanceof WebAssembly.Memory) memories.push(value);
      }
      return made;
    };
  }

  // Describes what the page shows, for error messages.
  const state = () => {
    const all = [...document.querySelectorAll(ROW)];
    const ends = (rows) => (rows.length ? `${rows[0].dataset.seq}–${rows.at(-1).dataset.seq}` : "none");
    const focus = document.hasFocus() ? "focused" : "not focused";
    const words = all.length ? "" : `, ${document.body?.innerText.slice(0, 100)}`;
    return `rows ${ends(all)}, on screen ${ends(all.filter(onScreen))}, ${document.visibilityState}, ${focus}${words}`;
  };

  // Resolves when a row that `fits` has been painted on the screen.
  const row = (fits, what) =>
    new Promise((resolve, reject) => {
      const deadline = performance.now() + TIMEOUT_MS;
      waiting.push((now) => {
        const found = shown(fits);
        if (found) resolve(now);
        else if (now > deadline) reject(new Error(`no row "${what}"; the page: ${state()}`));
        return found || now > deadline;
      });
    });

  globalThis.__bench = {
    painted,
    row: (words) => row((row) => row.textContent.includes(words), words),
    // When this document began, when the first key came into the field, and when the first words of
    // a message were painted; in milliseconds since 1970.
    began: () => performance.timeOrigin,
    firstKey: () => firstKey,
    firstWords: () => firstRow,
    paintedAt: (mark) => (mark in painted ? absolute(painted[mark]) : null),
    // Where the field for the name is painted, and when its document began.
    form: () => {
      const box = frames > 1 && document.querySelector(FIELD)?.getBoundingClientRect();
      if (!box || box.height === 0) return null;
      return { x: box.x + box.width / 2, y: box.y + box.height / 2, began: performance.timeOrigin };
    },
    longestTask: () => longestTask,
    place: (seq) => row((row) => row.dataset.seq === String(seq), `number ${seq}`),
    isAt: (seq) => {
      const row = document.querySelector(`[data-seq="${seq}"]`);
      return row !== null && onScreen(row);
    },
    firstPaint: () => performance.getEntriesByName("first-paint")[0]?.startTime ?? null,
    frames: () => ({ frames, now: performance.now() }),
    longestPause: () => {
      const found = longest;
      longest = 0;
      return found;
    },
    memory: () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
    // Follows a link of the page; returns the time until `words` are on the screen.
    open: async (path, words) => {
      const deadline = performance.now() + TIMEOUT_MS;
      let link = null;
      while (!(link = document.querySelector(`a[href="${path}"]`))) {
        if (performance.now() > deadline) throw new Error(`no link to ${path}`);
        await new Promise(requestAnimationFrame);
      }
      const started = performance.now();
      link.click();
      return (await globalThis.__bench.row(words)) - started;
    },
  };
})();
