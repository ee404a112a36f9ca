import { connect } from 'node:net';
import { once } from 'node:events';
import { responseReader } from './response-reader.mjs';

/** One keep-alive connection that carries one request at a time. */
export async function openLane(url) {
  const { hostname, port, host, pathname, search } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let waiting;
  const finish = (answer) => {
    const done = waiting;
    waiting = undefined;
    done?.(answer);
  };
  const read = responseReader(finish);
  const fail = (reason) => {
    socket.destroy();
    finish({ failed: reason });
  };
  socket.on('data', (chunk) => {
    try {
      read(chunk);
    } catch (error) {
      fail(error.message);
    }
  });
  socket.on('error', ({ message }) => fail(message));
  socket.on('close', () => fail('the connection was closed'));

  return {
    /** @param done gets { status, head, pieces, length }, or { failed } */
    request(method, headers, body, done) {
      if (socket.destroyed) {
        done({ failed: 'the connection is closed' });
        return;
      }
      waiting = done;
      const length = method === 'POST' ? `Content-Length: ${body.length}\r\n` : '';
      socket.write(
        `${method} ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n${headers}${length}\r\n${body}`,
        'latin1',
      );
    },
    close: () => socket.destroy(),
  };
}
