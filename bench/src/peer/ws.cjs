// As in a beginner's tutorial: each message is sent to every other client.
const { WebSocketServer, WebSocket } = require('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

server.on('connection', (socket) => {
  socket.on('message', (message) => {
    const text = message.toString();
    for (const client of server.clients) {
      if (client !== socket && client.readyState === WebSocket.OPEN) client.send(text);
    }
  });
  socket.on('error', () => {});
});

server.on('listening', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
