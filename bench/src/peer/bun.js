// Bun's own publish/subscribe: a message goes to all other subscribers.
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response('a WebSocket is needed', { status: 426 });
  },
  websocket: {
    // The bytes that may wait for a slow client; by default it would lose messages.
    backpressureLimit: 64 * 1024 * 1024,
    idleTimeout: 0,
    perMessageDeflate: false,
    open(socket) {
      socket.subscribe('room');
    },
    message(socket, text) {
      socket.publish('room', text);
    },
  },
});

console.log(`listening on http://127.0.0.1:${server.port}`);
