import type { ShowState } from '../../shared/domain/show-state.ts';
import { isAirClear, runTakenFrom } from '../../shared/domain/takes-away.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { StoredEntry } from '../journal/journal-messages.ts';
import type { Arrival, CommandJudge } from './command-judge.ts';
import { draftOf } from './entry-draft.ts';
import { heldAnswer, type ShowBook } from './show-book.ts';

/** What takes away waits for the journal no longer than this; then it is done first and journaled after. */
const STALLED_MS = 300;

export interface TakingAwayOptions {
  book: ShowBook;
  judge: CommandJudge;
  /** Of this core's life. */
  epoch: number;
  nowMs: () => number;
  onOrders: (orders: readonly HeldOrder[]) => void;
}

/** The way of the commands that take away (`shared/domain/takes-away.ts`), which no disk may hold up. */
export class TakingAway {
  readonly #options: TakingAwayOptions;

  constructor(options: TakingAwayOptions) {
    this.#options = options;
  }

  /**
   * In its turn and journaled first, as everything; where that takes too long or fails, at once, and journaled after. It is judged
   * once: what it was answered is what becomes of it.
   */
  take(arrival: Arrival): Promise<CommandAnswer> {
    const { command, who } = arrival;
    const { book, judge, nowMs, onOrders } = this.#options;
    return new Promise((resolve, reject) => {
      let entry: StoredEntry | null = null;
      let order: HeldOrder | null = null;
      let isAnswered = false;
      const answerWith = (answer: CommandAnswer) => {
        clearTimeout(stalled);
        isAnswered = true;
        resolve(answer);
      };
      const actAtOnce = () => {
        if (book.isFenced) {
          answerWith(book.notWritten(nowMs()));
          return;
        }
        const known = book.remembered(who.actor, command.id);
        const answer = known ?? entry?.answer ?? this.#verdictOnWhatIsComing(arrival);
        if (known !== null || answer.status === 'refused') {
          answerWith(answer);
          return;
        }
        order = this.#orderOf(arrival, answer.atMs);
        book.hold([order]);
        answerWith(heldAnswer(order, book.revision));
      };
      const stalled = setTimeout(actAtOnce, STALLED_MS);
      book
        .inTurn(async () => {
          const isFlushed = await book.flush();
          const known = isAnswered ? null : await book.known(who.actor, command.id);
          if (known !== null && !isAnswered) answerWith(known);
          if (isAnswered) return;
          entry = book.entry({
            ...draftOf(arrival),
            decide: (nowMs) => judge.judge(arrival, { state: book.state, nowMs, recount: 'differs' }),
          });
          const { answer } = entry;
          if (command.type === 'show.clear' && answer.status === 'accepted' && isAirClear(book.state)) {
            this.#nothingToClear(arrival, answer.atMs, answerWith);
            return;
          }
          // Never before what was done earlier.
          const isWritten = isFlushed && (await book.append(entry)) === 'written';
          if (isWritten) book.apply(entry, order);
          if (isWritten && order !== null) onOrders(book.orders);
          if (isAnswered) return;
          if (isWritten || answer.status === 'refused') answerWith(answer);
          else actAtOnce();
        })
        // A journal that can't even be read keeps nothing on the air.
        .catch(() => isAnswered || actAtOnce())
        .catch(reject);
    });
  }

  #nothingToClear({ command, who }: Arrival, atMs: number, answerWith: (answer: CommandAnswer) => void): void {
    const { book } = this.#options;
    const answer: CommandAnswer = { status: 'accepted', revision: book.state.revision, atMs };
    book.remember({ actor: who.actor, commandId: command.id }, answer);
    answerWith(answer);
  }

  /**
   * The verdict on an act that can't wait for its turn. An entry may be on its way to the disk, and land or not: what could be
   * taken away then counts as much as what can be now, else a HIDE would be refused a moment before the result appears.
   */
  #verdictOnWhatIsComing(arrival: Arrival): CommandAnswer {
    const { book, judge, nowMs } = this.#options;
    const atMs = nowMs();
    const judgedOn = (state: ShowState) => judge.judge(arrival, { state, nowMs: atMs, recount: 'differs' });
    const now = judgedOn(book.state);
    const { coming } = book;
    const then = Array.isArray(now) || coming === null ? now : judgedOn(coming);
    if (Array.isArray(then)) return { status: 'accepted', revision: book.revision, atMs };
    return { status: 'refused', ...(Array.isArray(now) ? then : now), serverNowMs: atMs };
  }

  #orderOf({ command, who }: Arrival, atMs: number): HeldOrder {
    const { book, epoch } = this.#options;
    const runId = runTakenFrom(book.state, command)?.runId ?? null;
    return { epoch, command, runId, actor: who.actor, roles: [...who.roles], source: who.source, atMs };
  }
}
