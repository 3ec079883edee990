/** From a press to a command: taps are sent, holds are counted, questions are opened. Buttons and keys come through here alike. */
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { CommandSource, Outcome } from '../commands/command-record.ts';
import { cueName } from '../commands/labels.ts';
import type { Sender } from '../commands/send-command.ts';
import { type DeskStore, remarked, ticked } from '../store/desk-store.ts';
import type { WindowStore } from '../store/window-store.ts';
import type { LocalClock } from '../time/local-clock.ts';
import { type ActionId, type Gesture, specOf } from './action-specs.ts';
import { actionView, pressOf } from './action-view.ts';
import { momentOf } from './moment.ts';

export interface Runner {
  /** The button or key goes down. */
  press(id: ActionId, source: CommandSource): void;
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

export function createRunner({ desk, window: win, sender, clock }: RunnerParts): Runner {
  let holdTimer: ReturnType<typeof setTimeout> | undefined;

  /** The show as it is now and not as of the last tick: a deadline may have passed in between. */
  function momentNow() {
    desk.setState((data) => ticked(data, clock.nowMs()));
    return momentOf(desk.getState(), win.getState());
  }

  function endHold(): void {
    clearTimeout(holdTimer);
    if (win.getState().holding !== null) win.setState({ holding: null });
  }

  function perform(id: ActionId, source: CommandSource, held: boolean): void {
    const moment = momentNow();
    if (!moment) {
      desk.setState((data) => remarked(data, 'Not sent: the desk has no show yet'));
      return;
    }
    const view = actionView(id, moment);
    const press = pressOf(view);
    if (press) carryOut(id, press, { source, held });
    else if (view.kind === 'blocked' || view.kind === 'no-link') {
      const { cue } = specOf(id, moment);
      const name = cue ? ` ${cueName(moment.show.cues, cue.id)}` : '';
      const why = view.kind === 'blocked' ? view.reason : 'there is no link to the core';
      desk.setState((data) => remarked(data, `${view.word}${name} not sent: ${why}`));
    }
    // While a command is under way, or in the moment after its answer, the same button is simply deaf.
  }

  function carryOut(
    id: ActionId,
    { intent, gesture }: { intent: CommandIntent; gesture: Gesture },
    { source, held }: { source: CommandSource; held: boolean },
  ): void {
    if (gesture.kind === 'ask') {
      win.setState({ question: gesture.question });
    } else if (gesture.kind === 'hold' && !held) {
      endHold();
      win.setState({ holding: { actionId: id, startedAtMs: clock.nowMs(), holdMs: gesture.holdMs } });
      holdTimer = setTimeout(() => {
        endHold();
        perform(id, source, true);
      }, gesture.holdMs);
    } else {
      void send(intent, { source, actionId: id });
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
    press: (id, source) => perform(id, source, false),
    release(id) {
      if (win.getState().holding?.actionId === id) endHold();
    },
    send,
  };
}
