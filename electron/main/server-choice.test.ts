import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerStatus } from '../../shared/protocol/bridge.ts';
import { RemoteMemory, type Sealer } from './remote-memory.ts';
import { ServerChoice } from './server-choice.ts';

const OWN = 'http://127.0.0.1:4310';
const SESSION = { token: 's.secret.y', roles: ['owner'], actor: 'local desk' };
/** Turns a text around: enough to see that what lies in the file is not the text itself. */
const SEALER: Sealer = {
  available: () => true,
  seal: (text) => [...text].reverse().join(''),
  open: (sealed) => [...sealed].reverse().join(''),
};

let dir: string;
let server: Server;
let remote: string;
let codes: string[];
let ownStatus: ServerStatus;
let busyRuns: () => Promise<number>;
const onSwitched = vi.fn();

const memoryOf = (sealer: Sealer) => new RemoteMemory(join(dir, 'servers.json'), sealer);
const choiceOf = (memory: RemoteMemory) =>
  new ServerChoice({
    own: {
      status: () => ownStatus,
      connection: async () => ({ kind: 'code', deskUrl: OWN, code: 'mine' }),
      busyRuns: () => busyRuns(),
    },
    memory,
    onSwitched,
  });

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'trc-'));
  codes = ['once'];
  ownStatus = { kind: 'running', deskUrl: OWN, adopted: false };
  busyRuns = async () => 0;
  onSwitched.mockReset();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      const known = codes.indexOf(JSON.parse(body).code);
      if (known < 0) {
        response.writeHead(403).end(JSON.stringify({ error: { code: 'bad-code', message: 'Used.' } }));
        return;
      }
      codes.splice(known, 1);
      response.end(JSON.stringify(SESSION));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('the server that the windows talk to', () => {
  it('is this machine’s at first', async () => {
    const choice = choiceOf(memoryOf(SEALER));
    expect(choice.remote).toBeNull();
    expect(choice.deskUrl).toBe(OWN);
    expect(await choice.connection()).toEqual({ kind: 'code', deskUrl: OWN, code: 'mine' });
  });

  it('is the other one once its link was pasted, and this machine’s again on wish', async () => {
    const choice = choiceOf(memoryOf(SEALER));
    expect(await choice.connectTo(`${remote}/#code=once`)).toEqual({ kind: 'switched' });
    expect(choice.deskUrl).toBe(remote);
    expect(await choice.connection()).toEqual({ kind: 'session', deskUrl: remote, session: SESSION });
    expect(onSwitched).toHaveBeenCalledTimes(1);
    choice.useOwn();
    expect(choice.deskUrl).toBe(OWN);
    expect(onSwitched).toHaveBeenCalledTimes(2);
  });

  it('stays while something is armed or on air here, and the code is not spent', async () => {
    const choice = choiceOf(memoryOf(SEALER));
    busyRuns = async () => 1;
    expect(await choice.connectTo(`${remote}/#code=once`)).toMatchObject({ kind: 'refused', code: 'busy' });
    expect(codes).toEqual(['once']);
    busyRuns = () => Promise.reject(new Error('no answer'));
    expect(await choice.connectTo(`${remote}/#code=once`)).toMatchObject({ kind: 'refused', code: 'unsure' });
    expect(choice.remote).toBeNull();
    busyRuns = async () => 0;
    expect(await choice.connectTo(`${remote}/#code=once`)).toEqual({ kind: 'switched' });
  });

  it('can be left although it answers nothing, where it could not be started', async () => {
    ownStatus = { kind: 'failed', message: 'The port 4310 is in use.' };
    busyRuns = () => Promise.reject(new Error('no answer'));
    expect(await choiceOf(memoryOf(SEALER)).connectTo(`${remote}/#code=once`)).toEqual({ kind: 'switched' });
  });

  it('is not another one when the link is its own, or used', async () => {
    const choice = choiceOf(memoryOf(SEALER));
    expect(await choice.connectTo(`${OWN}/#code=once`)).toMatchObject({ code: 'own-server' });
    expect(await choice.connectTo(`${remote}/#code=twice`)).toMatchObject({ code: 'bad-code' });
    expect(onSwitched).not.toHaveBeenCalled();
  });

  it('spends a code once, however often somebody presses', async () => {
    const choice = choiceOf(memoryOf(SEALER));
    const link = `${remote}/#code=once`;
    expect(await Promise.all([choice.connectTo(link), choice.connectTo(link)])).toEqual([
      { kind: 'switched' },
      { kind: 'switched' },
    ]);
    expect(onSwitched).toHaveBeenCalledTimes(1);
  });
});

describe('what is remembered of another server', () => {
  it('is its session where the system keeps secrets: a relaunched app goes on there', async () => {
    await choiceOf(memoryOf(SEALER)).connectTo(`${remote}/#code=once`);
    expect(readFileSync(join(dir, 'servers.json'), 'utf8')).not.toContain('secret');
    expect(choiceOf(memoryOf(SEALER)).remote).toBe(remote);
  });

  it('is its address alone where it does not', async () => {
    const none: Sealer = { ...SEALER, available: () => false };
    await choiceOf(memoryOf(none)).connectTo(`${remote}/#code=once`);
    expect(readFileSync(join(dir, 'servers.json'), 'utf8')).not.toContain('terces');
    const memory = memoryOf(none);
    expect(memory.inUse).toBeNull();
    expect(memory.lastRemote).toBe(remote);
  });

  it('is its address alone once somebody went back, or when the seal is another user’s', async () => {
    const choice = choiceOf(memoryOf(SEALER));
    await choice.connectTo(`${remote}/#code=once`);
    const broken = () => {
      throw new Error('another user’s');
    };
    expect(memoryOf({ ...SEALER, open: broken }).inUse).toBeNull();
    choice.useOwn();
    expect(memoryOf(SEALER)).toMatchObject({ inUse: null, lastRemote: remote });
  });
});
