// A server for one page, small enough to read: it keeps a room of messages, answers
// as docs/PROTOCOL.md says, and does what a test tells it to.
const EPOCH = "00000000-0000-4000-8000-000000000001";
const ME = { id: 7, name: "Ada", rev: 1, role: "guest" };
const OTHER = { id: 8, name: "Bob", rev: 1 };
const START = 1_700_000_000_000_000;
const ROOM = "room/1";

let room, socket, heard, online, refusals, late, is_watched;

export function reset(messages) {
  socket?.close();
  room = { rev: messages, seq: messages, changed: new Map() };
  heard = [];
  late = undefined;
  online = true;
  refusals = [];
  localStorage.clear();
  sessionStorage.clear();
  localStorage.setItem("madang.me", JSON.stringify(ME));
  globalThis.WebSocket = Line;
  globalThis.fetch = async () => new Response(JSON.stringify({ user: ME }));
}

/** Whether connections come about; false drops the one that is there. */
export function set_online(value) {
  online = value;
  if (!online) socket?.close();
}

/** Refuses the next commands with these codes. */
export function refuse(...codes) {
  refusals.push(...codes);
}

/** Changes are told when that is said, and answers before them. */
export function hold_changes() {
  late = [];
}

/** Tells what was held. */
export function tell_changes() {
  late.splice(0).forEach(tell);
  late = undefined;
}

/** The other person posts. */
export function post(body) {
  store({ author: OTHER, body });
}

/** Someone without a name posts nothing at the end of time. */
export function post_odd() {
  store({ author: { name: "" }, body: "", posted_at: Number.MAX_SAFE_INTEGER });
}

/** The other person changes what they wrote. */
export function edit(seq, body) {
  change({ ...at(seq), body, edited_at: START + seq });
}

/** The other person deletes what they wrote. */
export function remove(seq) {
  change({ ...at(seq), body: "", deleted_at: START });
}

/** Says something as it is. */
export function say(text) {
  socket?.told(text);
}

/** What was heard, as JSON, of one type. */
export function heard_of(type) {
  return heard.filter((frame) => frame.type === type).map((frame) => JSON.stringify(frame));
}

function at(seq) {
  return room.changed.get(seq) ?? {
    seq,
    rev: seq,
    author: seq % 9 < 5 ? OTHER : { name: "John" },
    body: `message ${seq}` + (seq % 7 ? "" : "\nwith a second line"),
    posted_at: START + seq * 90_000_000,
  };
}

function change(message) {
  room.rev += 1;
  message.rev = room.rev;
  room.changed.set(message.seq, message);
  const frame = changes(ROOM, room.rev - 1, room.rev, [{ message }]);
  if (late) late.push(frame);
  else tell(frame);
  if (is_watched) tell(heads());
  return message;
}

function store(message) {
  room.seq += 1;
  return change({ seq: room.seq, posted_at: Date.now() * 1000, ...message });
}

function page(from, until) {
  const items = [];
  for (let seq = Math.max(1, from); seq <= Math.min(room.seq, until); seq++) items.push({ message: at(seq) });
  return items;
}

function info() {
  const created_at = START;
  return { id: 1, name: "lobby", topic: "", rev: 1, directory_rev: 1, seq: room.seq, created_at };
}

function tell(frame) {
  socket?.told(JSON.stringify(frame));
}

function changes(stream, from, through, items) {
  return { type: "changes", stream, from, through, items };
}

/** The newest hundred messages that are not deleted, as ranges. */
function heads() {
  const counted = [];
  for (let seq = room.seq, left = 100; seq > 0 && left > 0; seq--) {
    if (at(seq).deleted_at) continue;
    if (counted[0]?.[0] === seq + 1) counted[0][0] = seq;
    else counted.unshift([seq, seq]);
    left--;
  }
  return { type: "heads", heads: [{ room: 1, seq: room.seq, counted }] };
}

const streams = {
  directory: () => ({ ...changes("directory", 0, 1, [{ room: info() }]), head: 1 }),
  own: () => ({ ...changes("own", 0, 1, [{ read_mark: { room: 1, seq: room.seq, rev: 1 } }]), head: 1 }),
  [ROOM]: ({ rev, page: most = 200 }) => {
    if (rev === room.rev) return { ...changes(ROOM, rev, rev, []), head: rev };
    const items = [{ room: info() }, ...page(room.seq - most + 1, room.seq)];
    return { type: "reset", stream: ROOM, rev: room.rev, items };
  },
};

const answers = {
  hello: () => {
    is_watched = false;
    tell({ type: "welcome", version: 2, epoch: EPOCH, user: ME, lobby: 1, now: START, limits: LIMITS });
  },
  subscribe: (frame) => {
    const missing = () => ({ type: "error", code: "no_such_room", message: "" });
    tell({ ...(streams[frame.stream] ?? missing)(frame), question: frame.question });
  },
  history: ({ question, before, after, around, limit = 200 }) => {
    let items;
    if (before) items = page(before - limit, before - 1);
    else if (after) items = page(after + 1, after + limit);
    else items = page(around - limit / 2 + 1, around + limit / 2);
    tell({ type: "history", question, room: 1, rev: room.rev, seq: room.seq, items });
  },
  watch: ({ question }) => {
    is_watched = true;
    tell({ ...heads(), question });
  },
  people: ({ question, ids }) =>
    tell({ type: "people", question, people: [ME].filter((person) => ids.includes(person.id)) }),
  send: ({ client_id, body }) =>
    command(client_id, () => store({ author: { id: ME.id, name: ME.name, rev: 1 }, client_id, body })),
  edit: ({ client_id, seq, body }) =>
    command(client_id, () => change({ ...at(seq), body, edited_at: START })),
  delete: ({ client_id, seq }) =>
    command(client_id, () => change({ ...at(seq), body: "", deleted_at: START })),
  ping: () => tell({ type: "pong" }),
};

function command(client_id, act) {
  const code = refusals.shift();
  if (code) return tell({ type: "error", code, message: "", client_id });
  const known = [...room.changed.values()].find((message) => message.client_id === client_id);
  const { seq, rev } = known ?? act();
  tell({ type: "ack", client_id, room: 1, seq, rev });
}

const LIMITS = {
  frame_bytes: 65536, body_bytes: 1000, name_chars: 40, topic_chars: 200, status_chars: 80, in_flight: 1024,
  rate_per_second: 10, rate_burst: 50, page: 200, resume: 10000, subscriptions: 1000, watched: 5000,
  outbox_bytes: 1048576, heartbeat_ms: 25000, dead_after_ms: 60000, typing_ms: 5000,
  presence_people: 200,
};

class Line extends EventTarget {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSING = 2;
  static CLOSED = 3;
  readyState = 0;
  binaryType = "blob";

  constructor() {
    super();
    setTimeout(() => {
      if (!online) return this.end(1006);
      socket = this;
      this.readyState = 1;
      this.dispatchEvent(new Event("open"));
    });
  }

  send(text) {
    if (this.readyState !== 1) return;
    const frame = JSON.parse(text);
    heard.push(frame);
    // A task of its own, as a network takes.
    setTimeout(() => this.readyState === 1 && answers[frame.type]?.(frame));
  }

  told(text) {
    if (this.readyState === 1) this.dispatchEvent(new MessageEvent("message", { data: text }));
  }

  close() {
    this.end(1000);
  }

  end(code) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    if (socket === this) socket = undefined;
    setTimeout(() => {
      if (code === 1006) this.dispatchEvent(new Event("error"));
      this.dispatchEvent(new CloseEvent("close", { code, wasClean: code === 1000 }));
    });
  }
}
