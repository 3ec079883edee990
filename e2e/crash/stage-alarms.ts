/** What desks are told in a round, and what they must never be told. */
import { expect } from 'vitest';
import { until } from '../server/testing/until.ts';
import type { CrashStage } from './crash-stage.ts';

/** Said once for a trouble that goes on: it stands until the next one takes its place. */
const SAID_ONCE = ['core-keeps-dying', 'edge-keeps-dying', 'supervisor-storage'];
/** Whatever breaks, these would say that the server has lost or forgotten something. */
const NEVER = [
  'anchor-lost',
  'ledger-incomplete',
  'mode-busy',
  'recount-differs',
  'seal-waits',
  'step-failed',
  'supervisor-fault',
  'edges-not-restarted',
];

/** Whether the desks are told one of these, or the server has said it after its first `seen` events. */
export async function isAlarmed(
  stage: CrashStage,
  { codes, seen }: { codes: readonly string[]; seen: number },
): Promise<boolean> {
  const said = stage.events.slice(seen).some((event) => event.event === 'alarm' && codes.includes(event.code));
  return said || (await stage.desk().vitals()).alarms.some(({ code }) => codes.includes(code));
}

/** One alarm of each list is there, or comes, and none of those that must not. */
export async function expectAlarms(
  stage: CrashStage,
  { alarms, seen }: { alarms: readonly (readonly string[])[]; seen: number },
): Promise<void> {
  for (const codes of alarms) {
    await until(() => isAlarmed(stage, { codes, seen }), { what: `the alarm ${codes.join(' or ')}`, isQuiet: true });
  }
  const { alarms: standing } = await stage.desk().vitals();
  const said = stage.events.slice(seen).flatMap((event) => (event.event === 'alarm' ? [event] : []));
  expect([...standing, ...said].filter(({ code }) => NEVER.includes(code))).toEqual([]);
}

/** Somebody reads them, so that the next round's are news. */
export async function acknowledgeAlarms(stage: CrashStage): Promise<void> {
  const { alarms } = await stage.desk().vitals();
  const newest = new Map(alarms.map(({ code, id }) => [code, id]));
  for (const { id, code } of alarms) {
    if (SAID_ONCE.includes(code) && newest.get(code) === id) continue;
    await until(() => stage.command('alarm.seen', { payload: { id } }), { what: `${code} is seen`, isQuiet: true });
  }
}
