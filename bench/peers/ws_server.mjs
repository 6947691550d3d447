// The plainest chat server on npm ws: the first message of a connection names its room, every later one is sent to
// everybody in it. Prints its port.
import { createRequire } from 'node:module';

const { WebSocketServer } = createRequire(new URL('../../web/package.json', import.meta.url))('ws');
const rooms = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => {
  let room;
  socket.on('message', (data) => {
    if (room === undefined) {
      const name = data.toString('hex');
      room = rooms.get(name) ?? new Set();
      rooms.set(name, room.add(socket));
      return;
    }
    for (const member of room) member.send(data);
  });
  socket.on('close', () => room?.delete(socket));
});
server.on('listening', () => console.log(server.address().port));
