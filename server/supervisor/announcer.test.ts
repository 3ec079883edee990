import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { ReadyEvent } from '../../shared/protocol/process.ts';
import { announcer, sentencesOf } from './announcer.ts';

const ready: ReadyEvent = {
  event: 'ready',
  deskUrl: 'http://127.0.0.1:4310#code=abc',
  deskToken: 'secret-owner',
  deskTokens: {
    owner: 'secret-owner',
    producer: 'secret-p',
    director: 'secret-d',
    operator: 'secret-o',
    verifier: 'secret-v',
  },
  audienceUrl: 'http://127.0.0.1:4320',
  rehearsalCode: 'R34D',
  pids: { supervisor: 1, core: 2, edges: [3] },
  edgesWhy: '1 edge holds 18,000 viewers',
};

test.for([true, false])('no text of a show reaches the terminal as a command (json: %s)', (json) => {
  let said = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      said += chunk;
      done();
    },
  });
  const announce = announcer({ json, audienceHost: '127.0.0.1', stdout });
  announce({ event: 'alarm', code: 'x', message: 'of \u001b]0;owned\u0007 and \u009b2J' });
  expect(said).toContain('owned');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(said).not.toMatch(/[\u001b\u0007\u009b]/);
});

test('names both addresses and the rehearsal code, and no bearer token', () => {
  const words = sentencesOf(ready, '127.0.0.1');
  expect(words).toContain('http://127.0.0.1:4310#code=abc');
  expect(words).toContain('http://127.0.0.1:4320/?code=R34D');
  expect(words).not.toContain('secret');
  expect(words).not.toContain('other devices');
});

test('a desk that is open to the network is named as another machine reaches it, with the code', () => {
  const words = sentencesOf({ ...ready, deskNetworkUrl: 'http://192.0.2.7:4310' }, '127.0.0.1');
  expect(words).toContain('http://192.0.2.7:4310/#code=abc');
});

test('an alarm keeps its code and its words', () => {
  const alarm = { event: 'alarm', code: 'core-keeps-dying', message: 'It died.' } as const;
  expect(sentencesOf(alarm, '0.0.0.0')).toBe('ALARM (core-keeps-dying): It died.');
});

test('a reader that stopped reading costs a bounded amount of memory', () => {
  const stuck = new Writable({ write() {} });
  const announce = announcer({ json: true, audienceHost: '127.0.0.1', stdout: stuck });
  for (let n = 0; n < 2_000; n++) announce({ event: 'alarm', code: 'edge-keeps-dying', message: 'x'.repeat(1_000) });
  expect(stuck.writableLength).toBeLessThan(1.1 * 1024 * 1024);
});

test('of a new rehearsal code it says what the phones say: the old link is over', () => {
  const words = sentencesOf({ event: 'rehearsal-code', rehearsalCode: 'N3W' }, '127.0.0.1');
  expect(words).toContain('N3W');
  expect(words).toContain('Nobody gets in with the old one any more');
});
