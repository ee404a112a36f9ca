/*
 * Reads the responses of one keep-alive connection. Bodies stay the chunks that they came in: a megabyte is neither
 * joined nor decoded here, or the generator would be what is measured.
 */
const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * @param done is called with { status, head, pieces, length } for each response.
 * @returns a function that takes what the socket brings. Throws on what it cannot read.
 */
export function responseReader(done) {
  let head;
  let response;
  /** Undefined: bytes of a head are next. */
  let body;

  const end = () => {
    const whole = response;
    head = response = body = undefined;
    done(whole);
  };
  const take = (piece) => {
    response.pieces.push(piece);
    response.length += piece.length;
  };

  return function read(chunk) {
    let at = 0;
    while (at < chunk.length) {
      if (body === undefined) {
        const bytes = head === undefined ? chunk.subarray(at) : Buffer.concat([head, chunk.subarray(at)]);
        const headEnd = bytes.indexOf(HEAD_END);
        if (headEnd === -1) {
          head = bytes;
          return;
        }
        const bodyStart = headEnd + HEAD_END.length;
        response = { ...readHead(bytes.latin1Slice(0, headEnd)), pieces: [], length: 0 };
        at = chunk.length - (bytes.length - bodyStart);
        body = bodyReader(response, take);
        if (body.isEmpty) end();
      } else {
        at = body.read(chunk, at);
        if (body.isDone()) end();
      }
    }
  };
}

function readHead(head) {
  return { status: Number(head.slice(9, 12)), head };
}

function bodyReader({ status, head }, take) {
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return chunkedBody(take);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length === null && status !== 202 && status !== 204)
    throw new Error(`a body of unknown length:\n${head}`);
  return countedBody(Number(length?.[1] ?? 0), take);
}

function countedBody(length, take) {
  let left = length;
  return {
    isEmpty: length === 0,
    isDone: () => left === 0,
    read(chunk, at) {
      const piece = chunk.subarray(at, at + left);
      left -= piece.length;
      take(piece);
      return at + piece.length;
    },
  };
}

function chunkedBody(take) {
  /** size, data, or trailer: what the next bytes are. */
  let phase = 'size';
  let line = '';
  let left = 0;
  return {
    isEmpty: false,
    isDone: () => phase === 'done',
    read(chunk, at) {
      if (phase === 'data') {
        const piece = chunk.subarray(at, at + left);
        left -= piece.length;
        take(piece);
        if (left === 0) phase = 'size';
        return at + piece.length;
      }
      const newline = chunk.indexOf(10, at);
      if (newline === -1) {
        line += chunk.latin1Slice(at);
        return chunk.length;
      }
      const whole = (line + chunk.latin1Slice(at, newline)).trim();
      line = '';
      if (phase === 'trailer') {
        if (whole === '') phase = 'done';
      } else if (whole !== '') {
        // The empty line is the end of the data before.
        left = parseInt(whole, 16);
        phase = left === 0 ? 'trailer' : 'data';
      }
      return newline + 1;
    },
  };
}
