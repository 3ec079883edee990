/** The rehearsal's code: how it is changed, and how to see which one is in force. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type DeskClient, wireCommand } from './desk-client.ts';
import { audienceCall, HttpViewer } from './http-viewer.ts';
import { type Place, poll } from './place.ts';
import type { Server } from './server.ts';
import { until } from './until.ts';
import { newBallotId } from './voters.ts';
import { WsViewer } from './ws-viewer.ts';

/** So many connections, each to an edge that the system chooses, miss one of two once in a million times. */
export const ON_EVERY_EDGE = 20;
/** Closes a connection whose token has ended. */
export const BAD_TOKEN = 4401;
const HOUR_MS = 3_600_000;
export const CUES = ['q1', 'q2'].map((id) => poll(id, { durationMs: HOUR_MS, graceMs: 0 }));

/** The command. */
export const recode = () => wireCommand({ type: 'rehearsal.recode' });

/** As the desks show it. */
export async function codeShown(desk: DeskClient): Promise<string> {
  const { viewerUrl = '' } = (await desk.state()).show;
  return new URL(viewerUrl).searchParams.get('code') ?? '';
}

const codeOnDisk = (place: Place): string => JSON.parse(readFileSync(place.files.keys, 'utf8')).rehearsalCode;

async function modeWith(audienceUrl: string, code: string): Promise<string> {
  const { status, body } = await audienceCall(`${audienceUrl}/v1/state?code=${code}`);
  return status === 200 ? body.mode : body.error.code;
}

/** @throws unless each edge takes this code and no other one of these, and the desk and the disk say so */
export async function expectInForce(server: Server, place: Place, { code, ended }: { code: string; ended: string[] }) {
  const { audienceUrl } = server;
  expect(await codeShown(server.desk())).toBe(code);
  await until(() => codeOnDisk(place) === code, { what: 'the code in force is on disk' });
  for (let i = 0; i < ON_EVERY_EDGE; i += 1) {
    expect(await modeWith(audienceUrl, code)).toBe('rehearsal');
    for (const old of ended) expect(await modeWith(audienceUrl, old)).toBe('bad-code');
  }
}

/** @throws unless this token opens no door of any edge */
export async function expectEnded(server: Server, token: string): Promise<void> {
  const { audienceUrl } = server;
  const authorization = `Bearer ${token}`;
  for (let i = 0; i < ON_EVERY_EDGE; i += 1) {
    const hello = new WsViewer({ audienceUrl, token });
    await expect(hello.connect()).rejects.toThrow(String(BAD_TOKEN));
    expect(hello.framesOf('bye')).toMatchObject([{ reason: 'bad-token' }]);
    expect(hello.states()).toEqual([]);
    const joined = await HttpViewer.join(audienceUrl, { token });
    expect(joined.body).toMatchObject({ state: { mode: 'live' } });
    expect(joined.body.token.split('.')[2]).toBe('l');
    expect(token).not.toContain(joined.body.voterId);
    const state = await audienceCall(`${audienceUrl}/v1/state`, { headers: { authorization } });
    expect(state.body.mode).toBe('live');
    const ballot = JSON.stringify({ id: newBallotId(), pollId: 'q1', round: 1, choice: ['a'] });
    const headers = { authorization, 'content-type': 'application/json' };
    const cast = await audienceCall(`${audienceUrl}/v1/ballots`, { method: 'POST', headers, body: ballot });
    expect([cast.status, cast.body.error.code]).toEqual([401, 'bad-token']);
    const events = await fetch(`${audienceUrl}/v1/events`, { headers: { authorization, connection: 'close' } });
    const first = await events.body?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString()).not.toContain('rehearsal');
  }
}
