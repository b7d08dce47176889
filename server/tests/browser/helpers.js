// What the tests ask of a page. Runs in each document before the page's own program.
globalThis.seen = (() => {
  const rows = () => [...document.querySelectorAll('.timeline__rows > .row:not(.row--line)')];
  // What the lines about the room say, without the characters that isolate names.
  const lines = () => [...document.querySelectorAll('.line__text')]
    .map(line => line.textContent.replace(/[\u2066-\u2069]/g, ''));
  const seq = row => Number(row.dataset.seq);

  // What someone wrote, without the page's own word that it was edited.
  const text = row => {
    const body = row.querySelector('.message__body');
    if (!body) return null;
    const written = [...body.childNodes].filter(node => !node.classList?.contains('message__edited'));
    return written.map(node => node.textContent).join('');
  };
  const row = wanted => rows().find(row => text(row) === wanted);
  const texts = () => rows().map(text);

  // The element of a selector that is called so, if it can be seen.
  const name = element => (element.getAttribute('aria-label') ?? element.textContent).trim();
  const named = (selector, wanted) =>
    [...document.querySelectorAll(selector)].find(e => name(e) === wanted && e.checkVisibility());

  // Whether an element stands still, in sight, with nothing over it. To be asked twice.
  const stood = new WeakMap();
  const still = element => {
    if (!element) return false;
    element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const { x, y, width, height } = element.getBoundingClientRect();
    const now = `${x} ${y} ${width} ${height}`, before = stood.get(element);
    stood.set(element, now);
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return now === before && (element.contains(top) || Boolean(top?.contains(element)));
  };

  const scroller = () => document.querySelector('.timeline__scroller');
  const inSight = element => {
    const box = element.getBoundingClientRect(), around = scroller().getBoundingClientRect();
    return box.top >= around.top - 1 && box.bottom <= around.bottom + 1;
  };
  const atEnd = () => {
    const { scrollHeight, clientHeight, scrollTop } = scroller();
    return scrollHeight - clientHeight - scrollTop < 2;
  };

  const composer = () => document.querySelector('#composer textarea');
  const place = wanted => [...document.querySelectorAll('.sidebar__scroller a.place')]
    .find(place => place.querySelector('.place__name').textContent === wanted);
  // The rooms of the list from above, as far as they are to be seen; and what a section has.
  const placeName = place => place.querySelector('.place__name').textContent;
  const places = () => [...document.querySelectorAll('.sidebar__scroller a.place')]
    .filter(place => place.checkVisibility()).map(placeName);
  const section = wanted => [...document.querySelectorAll('.sidebar__section')]
    .find(section => section.querySelector('.sidebar__name').textContent === wanted);
  const inSection = wanted => [...section(wanted)?.querySelectorAll('a.place') ?? []]
    .filter(place => place.checkVisibility()).map(placeName);
  const badge = wanted => place(wanted)?.querySelector('.badge')?.textContent ?? '';

  const frame = () => new Promise(done => requestAnimationFrame(done));
  const until = async (condition, millis = 20000) => {
    const end = performance.now() + millis;
    while (!condition()) {
      if (performance.now() > end) throw new Error(`not in time: ${condition}`);
      await frame();
    }
  };

  // Scrolls through the whole room, from where the reader is to its first message,
  // and gathers every message that ever stood there, by its place.
  const everything = async () => {
    const found = new Map();
    let most = 0, nodes = 0;
    const gather = () => {
      for (const row of rows()) if (row.dataset.seq) found.set(seq(row), text(row));
      most = Math.max(most, rows().length);
      nodes = Math.max(nodes, document.querySelectorAll('*').length);
    };
    gather();
    while (!document.querySelector('.timeline__begin')) {
      const first = rows()[0]?.dataset.seq;
      scroller().scrollTop = 0;
      await until(() => rows()[0]?.dataset.seq !== first || document.querySelector('.timeline__begin'));
      gather();
    }
    return { found: [...found].sort(([a], [b]) => a - b), most, nodes };
  };

  // What may be pressed with a finger, and is smaller than it should be.
  const smallTargets = least =>
    [...document.querySelectorAll('a[href], button, input, textarea, select, [role=menuitem]')]
      .filter(e => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .filter(e => !e.closest('[inert]') && !e.matches('.visually-hidden, .skip, .shell__scrim, .message__link'))
      .map(element => {
        // A label around a field is pressed in its stead.
        const target = element.closest('label') ?? element;
        const { width, height, right, bottom } = target.getBoundingClientRect();
        return { what: target.outerHTML.slice(0, 100), width, height, right, bottom };
      })
      .filter(({ width, height, right, bottom }) =>
        right > 0 && bottom > 0 && (width < least - 0.5 || height < least - 0.5));

  return {
    rows, lines, seq, text, row, texts, name, named, still, scroller, inSight, atEnd, composer, place, places, section, inSection, badge,
    frame, until, everything, smallTargets,
  };
})();
