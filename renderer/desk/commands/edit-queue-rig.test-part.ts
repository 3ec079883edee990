import type { Command } from '../../../shared/protocol/commands.ts';
import type { CommandAck } from '../../../shared/protocol/desk-events.ts';
import { newCommandId } from '../host/new-id.ts';
import { createDeskStore, type DeskStore, snapshotCame, socketChanged } from '../store/desk-store.ts';
import { SHOW } from '../testing/show-fixture.ts';
import { createEditQueue, type EditQueue } from './edit-queue.ts';
import { createSender } from './send-command.ts';

export const FROM = { source: 'dialog', actionId: 'editor' } as const;

export interface Sent {
  command: Command;
  answer(ack: CommandAck): void;
  /** No answer came in time. */
  lose(): void;
}

/** A desk with a line that answers when the test says so. */
export class Rig {
  readonly store: DeskStore = createDeskStore();
  readonly sent: Sent[] = [];
  readonly logged: { outcome: string; id: string }[] = [];
  readonly queue: EditQueue;
  nowMs = 50_000;
  revision = 42;

  constructor() {
    this.show();
    this.link(true);
    const clock = { nowMs: () => this.nowMs };
    const sender = createSender({
      store: this.store,
      clock,
      line: {
        emit: (command) =>
          new Promise((resolve, reject) => {
            this.sent.push({ command, answer: resolve, lose: () => reject(new Error('timeout')) });
          }),
        lookup: () => Promise.resolve({ status: 'never-seen' }),
      },
      log: {
        intent: () => Promise.resolve({ inTime: true }),
        outcome: ({ outcome, id }) => void this.logged.push({ outcome, id }),
      },
      newId: newCommandId,
      labelOf: (intent) => ('target' in intent ? `${intent.type} ${intent.target}` : intent.type),
    });
    this.queue = createEditQueue({ store: this.store, clock, sender });
  }

  /** What was changed up to a revision comes on screen. */
  show(): void {
    const state = { ...SHOW, revision: this.revision, cues: SHOW.cues.map((c) => ({ ...c, revision: this.revision })) };
    this.store.setState((data) =>
      snapshotCame(data, { revision: this.revision, serverNowMs: this.nowMs, state }, this.nowMs),
    );
  }

  link(joined: boolean): void {
    this.store.setState((data) => socketChanged(data, { joined, attempt: joined ? 0 : 1, nowMs: this.nowMs }));
  }

  accept(sent: Sent | undefined): void {
    this.revision += 1;
    sent?.answer({ status: 'accepted', revision: this.revision, atMs: 1 });
  }

  /** Lets everything that is due happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) await Promise.resolve();
  }
}
