/** From a press to a command: taps are sent, holds are counted, questions are opened. Buttons and keys come through here alike. */
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { Sender } from '../commands/send-command.ts';
import type { CommandSource, Outcome } from '../store/command-record.ts';
import { type DeskStore, remarked, ticked } from '../store/desk-store.ts';
import { momentOf } from '../store/moment.ts';
import type { WindowStore } from '../store/window-store.ts';
import type { LocalClock } from '../time/local-clock.ts';
import { cueName } from '../words/labels.ts';
import type { Gesture } from './act.ts';
import { actionView, pressOf } from './action-view.ts';
import { type ActionId, specOf } from './acts.ts';

export interface Runner {
  /** The button or key goes down. */
  press(id: ActionId, source: CommandSource): void;
  /**
   * The same where a mere press must not do: what would be sent at once is held for `leastMs` first.
   * @returns whether the press was carried out: false when it was let go too early, or may not be sent
   */
  hold(id: ActionId, source: CommandSource, leastMs: number): Promise<boolean>;
  /** It comes up: an unfinished hold ends at once. */
  release(id: ActionId): void;
  /** Sends what a question has asked for. */
  send(intent: CommandIntent, from: { source: CommandSource; actionId: string }): Promise<Outcome | null>;
}

export interface RunnerParts {
  desk: DeskStore;
  window: WindowStore;
  sender: Sender;
  clock: LocalClock;
}

interface PressFrom {
  source: CommandSource;
  /** What it stood for when the hold began that has now run out; null at the press itself. */
  held: CommandIntent | null;
  leastMs: number;
  /** Told once what became of it; only the first call counts. */
  ends: ((done: boolean) => void) | null;
}

export function createRunner({ desk, window: win, sender, clock }: RunnerParts): Runner {
  let holdTimer: ReturnType<typeof setTimeout> | undefined;
  let heldEnds: ((done: boolean) => void) | null = null;

  /** The show as it is now and not as of the last tick: a deadline may have passed in between. */
  function momentNow() {
    desk.setState((data) => ticked(data, clock.nowMs()));
    return momentOf(desk.getState(), win.getState());
  }

  function endHold(): void {
    clearTimeout(holdTimer);
    heldEnds?.(false);
    heldEnds = null;
    if (win.getState().holding !== null) win.setState({ holding: null });
  }

  function perform(id: ActionId, from: PressFrom): void {
    const moment = momentNow();
    if (!moment) {
      desk.setState((data) => remarked(data, 'Not sent: the desk has no show yet'));
      return;
    }
    const view = actionView(id, moment);
    const press = pressOf(view);
    const notSent = (why: string) => {
      const { cue } = specOf(id, moment);
      const name = cue ? ` ${cueName(moment.show.cues, cue.id)}` : '';
      desk.setState((data) => remarked(data, `${view.word}${name} not sent: ${why}`));
    };
    if (press && from.held !== null && !sameThing(press.intent, from.held)) {
      // Another desk armed another cue, say: what was meant when the hold began is no longer what it would do.
      notSent('it became another act while it was held');
    } else if (press) carryOut(id, press, from);
    else if (view.kind === 'blocked') notSent(view.reason);
    else if (view.kind === 'no-link') notSent('there is no link to the core');
    // While a command is under way, or in the moment after its answer, the same button is simply deaf.
  }

  function carryOut(
    id: ActionId,
    { intent, gesture }: { intent: CommandIntent; gesture: Gesture },
    { source, held, leastMs, ends }: PressFrom,
  ): void {
    const holdMs = Math.max(gesture.kind === 'hold' ? gesture.holdMs : 0, leastMs);
    if (gesture.kind === 'ask') {
      win.setState({ question: gesture.question });
      ends?.(true);
    } else if (holdMs > 0 && held === null) {
      endHold();
      heldEnds = ends;
      win.setState({ holding: { actionId: id, startedAtMs: clock.nowMs(), holdMs } });
      holdTimer = setTimeout(() => {
        heldEnds = null;
        endHold();
        perform(id, { source, held: intent, leastMs, ends });
        ends?.(false);
      }, holdMs);
    } else {
      void send(intent, { source, actionId: id });
      if (gesture.kind === 'each') for (const other of gesture.others) void send(other, { source, actionId: id });
      ends?.(true);
    }
  }

  async function send(
    intent: CommandIntent,
    from: { source: CommandSource; actionId: string },
  ): Promise<Outcome | null> {
    const outcome = await sender.send(intent, from);
    if (outcome?.kind === 'accepted') lookOn(intent);
    return outcome;
  }

  /** After GO the focus goes on to what comes next; after RECALL it comes back. */
  function lookOn(intent: CommandIntent): void {
    if (intent.type === 'cue.go' && win.getState().selected === intent.target) win.setState({ selected: null });
    if (intent.type === 'poll.recall') win.setState({ selected: intent.target });
    if (intent.type === 'cue.go') win.setState({ lane: null });
  }

  return {
    press: (id, source) => perform(id, { source, held: null, leastMs: 0, ends: null }),
    hold: (id, source, leastMs) =>
      new Promise((resolve) => {
        const ends = (done: boolean) => resolve(done);
        perform(id, { source, held: null, leastMs, ends });
        // Nothing was sent and nothing is being held: it may not be pressed at all.
        if (heldEnds !== ends) resolve(false);
      }),
    release(id) {
      if (win.getState().holding?.actionId === id) endHold();
    },
    send,
  };
}

/** The same act on the same cue or run; what it says beside may have changed with the time. */
function sameThing(a: CommandIntent, b: CommandIntent): boolean {
  return a.type === b.type && aboutWhat(a) === aboutWhat(b);
}

function aboutWhat(intent: CommandIntent): string | null {
  if ('target' in intent) return intent.target;
  return intent.type === 'overlay.take' || intent.type === 'overlay.hide' ? (intent.payload.runId ?? null) : null;
}
