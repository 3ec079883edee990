/** A journal in a process of its own, for tests in which it dies: it appends what it is sent, and says what became of it. */
import { openJournal } from './journal.ts';
import type { StoredEntry } from './journal-messages.ts';

const [, , path] = process.argv;
if (path === undefined) throw new Error('a journal is needed');
const journal = await openJournal(path, 1);
process.on('message', async (entry: StoredEntry) => {
  const outcome = await journal.append(entry, []).then(
    () => 'written',
    (error: Error) => error.constructor.name,
  );
  process.send?.(outcome);
});
process.on('disconnect', () => process.exit());
process.send?.('open');
