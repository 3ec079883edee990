/** An engine in a process of its own, for tests that kill it: it says when an entry is on disk, and never gets to answer. */
import { openJournal } from '../journal/journal.ts';
import { type ChildDoes, plainEngine } from './engine-process.test-part.ts';

const [, , path, what] = process.argv;
if (path === undefined || what === undefined) throw new Error('a journal and what to do with it are needed');
const does = JSON.parse(what) as ChildDoes;

const journal = await openJournal(path, 1);
const engine = plainEngine({
  ...journal,
  append: async (...given) => {
    await journal.append(...given);
    process.send?.('written');
    await new Promise<never>(() => {});
  },
});
process.on('disconnect', () => process.exit());
await ('fire' in does ? engine.fire(does.fire) : engine.step(does.step));
