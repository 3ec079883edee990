/** Both logs of a scene: the desk's own by its bridge, and a journal in which somebody else and the server act as well. */
import type { JournalEntry } from '../../../../shared/protocol/records.ts';
import type { DeskLogs } from '../../logbook/desk-logs.ts';
import { createLogBook } from '../../logbook/log-book.ts';
import { bridgeReader, type LogReader } from '../../logbook/log-reader.ts';
import { cueId, NOW_MS } from '../show-fixture.ts';
import { sceneBridge } from './scene-bridge.ts';
import type { Scene } from './scene-list.ts';

const MARA = { actor: 'Mara L.', source: 'desk:4f1c02aa' };
const TOM = { actor: 'Tom W.', source: 'browser:9e77b310' };
const SERVER = { actor: 'server', source: 'server' };
const STEPS: readonly { by: typeof MARA; type: string; command: unknown }[] = [
  { by: MARA, type: 'cue.arm', command: {} },
  { by: MARA, type: 'cue.go', command: {} },
  { by: TOM, type: 'poll.extend', command: { payload: { byMs: 10_000 } } },
  { by: SERVER, type: 'system.close', command: {} },
  { by: SERVER, type: 'system.seal', command: { tally: { total: 61_100 } } },
  {
    by: TOM,
    type: 'switch.set',
    command: { payload: { switch: 'results-cadence', position: 'on', reason: 'a test' } },
  },
];

function entryOf(revision: number, count: number): JournalEntry {
  const { by, type, command } = STEPS[revision % STEPS.length] ?? { by: MARA, type: 'cue.arm', command: {} };
  const atMs = NOW_MS - (count - revision) * 11_000;
  const isRefused = revision % 13 === 1;
  return {
    ...by,
    revision,
    atMs,
    commandId: `00000000-0000-4000-8000-${String(revision).padStart(12, '0')}`,
    type,
    ...(type.startsWith('switch') ? {} : { target: cueId((Math.floor(revision / 5) % 10) + 1) }),
    command,
    answer: isRefused
      ? {
          status: 'refused',
          code: 'stale-revision',
          message: 'Tom W. was faster by 40 ms.',
          conflict: { ...TOM, commandId: '00000000-0000-4000-8000-000000000003', atMs: atMs - 40 },
          serverNowMs: atMs,
        }
      : { status: 'accepted', revision, atMs },
  };
}

const COUNT = 90;

function journal(log: Scene['log']): LogReader<JournalEntry> {
  const entries = log === 'entries' ? Array.from({ length: COUNT }, (_, i) => entryOf(i + 1, COUNT)) : [];
  const read = (page: readonly JournalEntry[]): Promise<readonly JournalEntry[]> => {
    if (log === 'loading') return new Promise(() => {});
    return log === 'failed' ? Promise.reject(new Error('The core could not answer.')) : Promise.resolve(page);
  };
  return {
    seqOf: ({ revision }) => revision,
    isOpen: () => false,
    after: (seq, limit) => read(entries.filter(({ revision }) => revision > seq).slice(0, limit)),
    before: (seq, limit) => read(entries.filter(({ revision }) => seq === null || revision < seq).slice(-limit)),
    overlaid: (read) => read,
    onChanged: () => () => {},
  };
}

export function sceneLogs(log: Scene['log']): DeskLogs {
  return {
    desk: createLogBook(bridgeReader(sceneBridge(log))),
    show: createLogBook(journal(log)),
    deskNeedsLink: false,
  };
}
