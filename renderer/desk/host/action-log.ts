/** This desk's log: the intent on disk first, the outcome after. */
import type { DeskBridge } from '../../../shared/protocol/bridge.ts';
import type { LogIntent, LogOutcome } from '../../../shared/protocol/logbook.ts';

/** An act doesn't wait longer than this for the disk; it is then marked as logged late. */
export const LOG_WITHIN_MS = 100;

export interface ActionLog {
  /** Resolves with whether the intent was on disk in time; never rejects and never takes longer than 100 ms. */
  intent(intent: LogIntent): Promise<{ inTime: boolean }>;
  outcome(outcome: LogOutcome): void;
}

/** Whether something was written before the act had to go on. Never rejects. */
export async function inTime(written: Promise<boolean>): Promise<{ inTime: boolean }> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), LOG_WITHIN_MS);
  });
  const result = await Promise.race([written, late]);
  clearTimeout(timer);
  return { inTime: result };
}

/** The log of the Electron window: its logbook process, by the bridge. */
export function bridgeLog(bridge: DeskBridge, onTrouble: (message: string) => void): ActionLog {
  const trouble = (error: unknown) => onTrouble(error instanceof Error ? error.message : String(error));
  return {
    intent: (intent) =>
      inTime(
        bridge.logIntent(intent).then(
          () => true,
          (error: unknown) => {
            trouble(error);
            return false;
          },
        ),
      ),
    outcome(outcome) {
      bridge.logOutcome(outcome).catch(trouble);
    },
  };
}
