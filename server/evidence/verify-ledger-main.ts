/** `npm run verify-ledger -- FILE`: 0 when all holds, 1 when something does not, 2 when it can't be told. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { printable } from '../../shared/protocol/normal-text.ts';
import { StorageError } from '../storage/storage-error.ts';
import { verifyLedger } from './verify-ledger.ts';
import { verdictLines } from './verify-words.ts';

const HELP = `verify-ledger FILE [--journal FILE] [--json]

Checks a ledger (ledger-live.db, ledger-rehearsal.db, or the ledger.db of an evidence bundle): every link of every run's
hash chain, where the chains end, the seals and the counts. Only reads; a server may be running on the file.

  --journal FILE   the journal to compare heads and counts with; without it the one beside the ledger
  --json           the whole verdict as JSON

Ends with 0 when all holds, 1 when something does not, 2 when the files can't be read.`;

/**
 * The journal that lies beside a ledger, in a data folder or in an evidence bundle. A show that was put aside has the time
 * in the names of both its files; the journal of the show after it says nothing of its runs.
 */
function journalBeside(ledger: string): string | null {
  const name = basename(ledger);
  const own = name.startsWith('ledger') ? name.replace(/^ledger(-live|-rehearsal)?/, 'journal') : 'journal.db';
  const names = [own, own.replace(/\.db$/, '.jsonl')];
  return names.map((file) => join(dirname(ledger), file)).find((path) => existsSync(path)) ?? null;
}

async function main(args: string[]): Promise<number> {
  let given: ReturnType<typeof read>;
  try {
    given = read(args);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    process.stderr.write(`${printable(message.split('. ')[0] ?? '')}. --help lists what there is.\n`);
    return 2;
  }
  const { values, positionals } = given;
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    process.stderr.write('Name one ledger file, for example DATA/ledger-live.db. --help says more.\n');
    return 2;
  }
  // npm changes into the project before it runs this, and says where it was called.
  const from = process.env.INIT_CWD ?? process.cwd();
  const ledger = resolve(from, file);
  const journal = values.journal === undefined ? journalBeside(ledger) : resolve(from, values.journal);
  try {
    const verdict = await verifyLedger({ ledger, journal });
    const text = values.json ? JSON.stringify(verdict, null, 2) : verdictLines(verdict).join('\n');
    // The file may be somebody else's, and name its runs as it likes.
    process.stdout.write(`${printable(text)}\n`);
    return verdict.holds ? 0 : 1;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    process.stderr.write(`${printable(error.message)}\n`);
    return 2;
  }
}

function read(args: string[]) {
  return parseArgs({
    args,
    options: { journal: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
}

process.exitCode = await main(process.argv.slice(2));
