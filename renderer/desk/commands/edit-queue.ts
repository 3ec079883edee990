/**
 * Edits go out one after another. A press while another is under way is not meant and is dropped; a text that is kept
 * meanwhile is meant, and waits: per cue, and for what changes the rundown or the show. While it waits, a later keep of the same
 * field takes its place. When the link goes, nothing that waits is sent later by itself: whoever kept it is told.
 */
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import { type Outcome, slotOf } from '../store/command-record.ts';
import { type DeskStore, isLocked } from '../store/desk-store.ts';
import { judgeLink } from '../store/link-state.ts';
import type { LocalClock } from '../time/local-clock.ts';
import { type Edit, editOf } from './edits.ts';
import { type CommandFrom, type DirectSender, NOT_SENT, type Sender } from './send-command.ts';

/** `replaced`: a later keep of the same field went in its place. */
export type Kept = Outcome | { kind: 'replaced' };

export interface EditQueue extends Sender {
  /** Resolves once, when it is settled what became of it. @throws on an intent that edits nothing */
  keep(intent: CommandIntent, from: CommandFrom): Promise<Kept>;
  /** Edits that are not settled yet, or of which the changes are still awaited. */
  pending(): number;
}

interface Entry extends Edit {
  intent: CommandIntent;
  from: CommandFrom;
  /** `landing`: answered, and what it changed is not on this screen yet; the next one must name the revision after it. */
  state: 'waiting' | 'under-way' | 'landing';
  resolve: (kept: Kept) => void;
  reject: (error: unknown) => void;
}

export interface EditQueueParts {
  store: DeskStore;
  clock: LocalClock;
  sender: DirectSender;
}

export function createEditQueue({ store, clock, sender }: EditQueueParts): EditQueue {
  let entries: readonly Entry[] = [];
  let unsubscribe: (() => void) | null = null;

  const linkIsUp = () => judgeLink(store.getState().contact, clock.nowMs()).kind === 'up';
  const locked = ({ intent }: Entry) => isLocked(store.getState(), slotOf(intent));
  const without = (gone: readonly Entry[]) => {
    entries = entries.filter((entry) => !gone.includes(entry));
  };

  /** Nothing that was kept before is in its way. */
  function mayGo(entry: Entry): boolean {
    const place = entries.indexOf(entry);
    if (place < 0 || entry.state !== 'waiting' || locked(entry)) return false;
    return !entries.slice(0, place).some(({ about }) => about.some((one) => entry.about.includes(one)));
  }

  function dispatch(entry: Entry): void {
    entry.state = 'under-way';
    sender.send(entry.intent, entry.from).then(
      (outcome) => {
        // An act of the same slot was faster: its turn comes again.
        entry.state = outcome === null ? 'waiting' : 'landing';
        if (outcome !== null) entry.resolve(outcome);
        goOn();
      },
      (error: unknown) => {
        without([entry]);
        entry.reject(error);
        goOn();
      },
    );
  }

  function goOn(): void {
    without(entries.filter((entry) => entry.state === 'landing' && !locked(entry)));
    if (linkIsUp()) {
      for (const entry of entries) if (mayGo(entry)) dispatch(entry);
    } else giveBack();
    listen();
  }

  /** What was under way when the link went is asked for by its id; what waited behind it was never sent. */
  function giveBack(): void {
    const waiting = entries.filter(({ state }) => state === 'waiting');
    if (waiting.length === 0) return;
    without(waiting);
    for (const { resolve } of waiting) resolve(NOT_SENT);
    sender.giveUp(waiting);
  }

  /** The end of a wait is a change of the store: the link went, or what was changed is on screen. */
  function listen(): void {
    if (entries.length > 0) unsubscribe ??= store.subscribe(goOn);
    else {
      unsubscribe?.();
      unsubscribe = null;
    }
  }

  function keep(intent: CommandIntent, from: CommandFrom): Promise<Kept> {
    const edit = editOf(intent);
    if (edit === null) throw new Error(`${intent.type} edits nothing`);
    return new Promise((resolve, reject) => {
      const entry: Entry = { ...edit, intent, from, state: 'waiting', resolve, reject };
      const replaced = entries.filter(
        ({ state, field }) => state === 'waiting' && field !== null && field === edit.field,
      );
      without(replaced);
      // At the end and not in the other's place: nothing overtakes what was kept before it.
      entries = [...entries, entry];
      for (const other of replaced) other.resolve({ kind: 'replaced' });
      // With nothing in its way it is sent as any press is, which says so itself where there is no link.
      if (mayGo(entry)) dispatch(entry);
      goOn();
    });
  }

  return {
    keep,
    pending: () => entries.length,
    async send(intent, from) {
      if (editOf(intent) === null) return sender.send(intent, from);
      const kept = await keep(intent, from);
      return kept.kind === 'replaced' ? null : kept;
    },
  };
}
