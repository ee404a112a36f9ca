/*
 * Loaded into a peer before its own code: what listens on every interface listens on loopback, and nothing is
 * connected to that is not on this machine. Calls take no longer by it.
 */
import net from 'node:net';

const LOOPBACK = '127.0.0.1';

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function listenHere(port, ...rest) {
  if (typeof port !== 'number' || typeof rest[0] === 'string') return listen.call(this, port, ...rest);
  return listen.call(this, port, LOOPBACK, ...rest);
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connectHere(...args) {
  // Node hands its own normalised arguments over as one list.
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof options === 'object' ? options.host : args[1];
  if (host === undefined || ['localhost', LOOPBACK, '::1'].includes(host)) return connect.apply(this, args);
  process.nextTick(() => this.destroy(new Error(`the bench lets nobody connect to ${host}`)));
  return this;
};
