/** The way in for browser desks' log records, and out again: shape, size, rate, and whose they are. */

import type { Who } from '../../shared/domain/roles.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import { type Bounds, valueBeyond } from '../../shared/protocol/bounds.ts';
import type { DeskError, DeskErrorCode } from '../../shared/protocol/commands.ts';
import type { ActionAck } from '../../shared/protocol/desk-events.ts';
import { CommandId } from '../../shared/protocol/ids.ts';
import { type ActionPage, ActionRecord } from '../../shared/protocol/logbook.ts';
import { TokenBuckets } from '../process/token-buckets.ts';
import type { ActionLog } from './action-log.ts';
import type { ActionSettler } from './action-settler.ts';
import type { PagePlace } from './messages.ts';

/** A desk that comes back hands over what it has kept (a few hundred records) at once. */
const BURST = 1_000;
const PER_S = 40;
const MAX_DESKS = 1_000;
/** Commands with a whole cue in them are the largest, and as deep as a command may be they stand two levels further in. */
const RECORD: Bounds = { depth: 34, entries: 1_100, characters: 34 * 1024 };
/** Actions of one desk that the log takes: three hours of one act a second, nearly. */
export const MAX_ACTIONS_PER_DESK = 10_000;

export interface ActionDoor {
  /** Null once the record is on disk. */
  take(raw: unknown, who: Who): Promise<ActionAck>;
  /** A page of a desk's log; `role` for somebody else's, which only the owner may read. `desk` null: one's own. */
  page(who: Who, wanted: { desk: string | null; place: PagePlace; limit: number }): Promise<ActionPage | 'role'>;
}

/**
 * The desk that a token speaks for. Sessions have a source of their own; the tokens of scripts share one, and a director's
 * script must not read the commands of a producer's.
 */
export const deskOf = (who: Who): string => (who.source === 'api' ? `api:${who.actor}` : who.source);

export function actionDoor(parts: {
  log: ActionLog;
  settler: Pick<ActionSettler, 'kept'>;
  monotonicNow: () => MonotonicMs;
}): ActionDoor {
  const { log, settler, monotonicNow } = parts;
  const buckets = new TokenBuckets({ burst: BURST, perS: PER_S, refusedCount: false, maxKeys: MAX_DESKS });

  return {
    async take(raw, who) {
      const desk = deskOf(who);
      if (buckets.take(desk, monotonicNow()) > 0) {
        return fail('rate-limited', `More than ${PER_S} log records a second from one desk.`);
      }
      const beyond = valueBeyond(raw, RECORD);
      if (beyond !== null) return fail('malformed', `The log record ${beyond.message}.`);
      const parsed = ActionRecord.safeParse(raw);
      if (!parsed.success) return fail('malformed', 'This is no log record.');
      const record = ofActor(parsed.data, who.actor);
      const id = record.kind === 'intent' ? record.intent.id : record.outcome.id;
      if (!CommandId.safeParse(id).success) return fail('malformed', 'A log record carries its command’s id, a UUID.');
      switch (await log.keep(desk, record)) {
        case 'kept':
          settler.kept(desk, who.actor, record);
          return null;
        case 'full':
          return fail('log-full', `This desk’s log holds ${MAX_ACTIONS_PER_DESK} actions and takes no more.`);
        case 'unknown-action':
          return fail('not-found', 'This outcome belongs to no action in the log.');
      }
    },
    async page(who, { desk, place, limit }) {
      const own = deskOf(who);
      if (desk !== null && desk !== own && !who.roles.includes('owner')) return 'role';
      const entries = await log.page(desk ?? own, place, limit);
      const last = entries.at(-1);
      return { entries, ...(place.from === 'after' && last && entries.length === limit ? { next: last.seq } : {}) };
    },
  };
}

/** Threat: a page that logs in somebody else's name, or as if its command had gone elsewhere. */
function ofActor(record: ActionRecord, actor: string): ActionRecord {
  if (record.kind === 'outcome') return record;
  const { server: _elsewhere, ...intent } = record.intent;
  return { kind: 'intent', intent: { ...intent, actor } };
}

function fail(code: (typeof DeskErrorCode.options)[number], message: string): DeskError {
  return { error: { code, message } };
}
