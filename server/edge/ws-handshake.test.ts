import { expect, it } from 'vitest';
import { upgradeRequest } from './ws-handshake.ts';

const LINES = [
  'Host: vote.example.com',
  'User-Agent: Mozilla/5.0 (Linux; Android 16) Chrome/156.0.0.0 Mobile',
  'Connection: keep-alive, Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  'X-Forwarded-For: 192.0.2.1',
];
const read = (first: string, lines: readonly string[], behind = '') =>
  upgradeRequest(Buffer.from(`${[first, ...lines].join('\r\n')}\r\n\r\n${behind}`, 'latin1'), '/v1/ws', 2_000);
const FIRST = 'GET /v1/ws HTTP/1.1';

it('takes the plain request that a crowd makes, and says where it ends', () => {
  const request = read(FIRST, LINES, 'frames');
  expect(request?.bytes).toBe([FIRST, ...LINES].join('\r\n').length + 4);
  expect(request?.headers).toEqual({
    connection: 'keep-alive, Upgrade',
    host: 'vote.example.com',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
    'x-forwarded-for': '192.0.2.1',
  });
});

it.each<[string, string, string[]]>([
  ['another method', 'POST /v1/ws HTTP/1.1', LINES],
  ['another address', 'GET /v1/state HTTP/1.1', LINES],
  ['a query', 'GET /v1/ws?a=b HTTP/1.1', LINES],
  ['another version of HTTP', 'GET /v1/ws HTTP/1.0', LINES],
  ['no headers', FIRST, []],
  ['no wish to change', FIRST, LINES.filter((line) => !line.startsWith('Connection'))],
  ['a change to something else', FIRST, LINES.map((line) => line.replace('websocket', 'h2c'))],
  ['a body', FIRST, [...LINES, 'Content-Length: 3']],
  ['a body in chunks', FIRST, [...LINES, 'transfer-encoding: chunked']],
  ['one name twice', FIRST, [...LINES, 'X-Forwarded-For: 198.51.100.7']],
  ['no host', FIRST, LINES.filter((line) => !line.startsWith('Host'))],
  ['two hosts', FIRST, [...LINES, 'host: vote.example.com']],
  ['a host that is none', FIRST, LINES.map((line) => line.replace('vote.example.com', 'a b/c'))],
  ['a folded line', FIRST, [...LINES, ' goes on']],
  ['a space before a colon', FIRST, [...LINES, 'X-Odd : 1']],
  ['a control character', FIRST, [...LINES, 'X-Odd: a\u0000b']],
  ['a bare line feed', FIRST, [...LINES, 'X-Odd: a\nUpgrade: h2c']],
  ['too many bytes', FIRST, [...LINES, `X-Long: ${'x'.repeat(2_000)}`]],
])('leaves a request with %s to the HTTP library', (_, first, lines) => {
  expect(read(first, lines)).toBeNull();
});

it('leaves a request that is not whole to the HTTP library', () => {
  const whole = Buffer.from(`${[FIRST, ...LINES].join('\r\n')}\r\n\r\n`);
  for (let end = 0; end < whole.length; end++) {
    expect(upgradeRequest(whole.subarray(0, end), '/v1/ws', 2_000)).toBeNull();
  }
  expect(upgradeRequest(whole, '/v1/ws', 2_000)).not.toBeNull();
});
