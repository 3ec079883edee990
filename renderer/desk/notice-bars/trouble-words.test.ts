import { expect, test } from 'vitest';
import type { ServerStatus } from '../../../shared/protocol/bridge.ts';
import type { Host } from '../context/host-state.ts';
import { sceneHost } from '../testing/scenes/scene-bridge.ts';
import { troubleWords } from './trouble-words.ts';

const RUNNING: ServerStatus = { kind: 'running', deskUrl: 'http://127.0.0.1:4310', adopted: false };

function app(server: { remote?: string; local?: ServerStatus; coreTrouble?: string }): Host {
  const told = { remote: null, local: RUNNING, coreTrouble: null, ...server };
  return { kind: 'app', state: { ...sceneHost, server: { ...sceneHost.server, ...told } } };
}

test('the window says at once what the server has said of its core, or why there is no server', () => {
  expect(troubleWords(app({}), 3)).toBeNull();
  expect(troubleWords(app({ coreTrouble: 'The journal is damaged.' }), 3)).toBe('The journal is damaged.');
  const failed = app({ local: { kind: 'failed', message: 'Port 4310 is taken.' }, coreTrouble: 'Old.' });
  expect(troubleWords(failed, 0)).toBe('Port 4310 is taken.');
});

test('a browser, and a desk of another machine, are told after a while where to look', () => {
  const remote = app({ remote: 'http://192.0.2.7:4310', coreTrouble: 'This machine’s own.' });
  for (const host of [{ kind: 'browser' } as const, remote]) {
    expect(troubleWords(host, 14)).toBeNull();
    expect(troubleWords(host, 15)).toContain('the machine that runs the server');
  }
});
