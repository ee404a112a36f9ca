import http from 'node:http';

/** The body of a page, on a connection of its own that is closed then: nothing of the question is left behind. */
export function readOnce(url, headers) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => (text += piece));
      response.on('error', reject);
      response.on('end', () => resolve(text));
    });
    request.on('error', reject);
  });
}
