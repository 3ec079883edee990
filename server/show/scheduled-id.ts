import { createHash } from 'node:crypto';
import type { ScheduledAct } from '../../shared/domain/scheduled-act.ts';
import { CommandId } from '../../shared/protocol/ids.ts';

/**
 * The id of the command that the schedule gives by itself: the same for the same act in the same show, so that a restart, a clock
 * that was set back or a second core can't give it twice. Formed like a UUID of version 5, with the show for its name space.
 */
export function scheduledId(showId: string, { type, cueId, mode, round, trigger }: ScheduledAct): CommandId {
  const name = JSON.stringify([showId, type, cueId, mode, round, trigger]);
  const bytes = createHash('sha1').update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return CommandId.parse(bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
}
