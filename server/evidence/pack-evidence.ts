import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { genesisOf } from '../ballotbox/ledger-chain.ts';
import { SqliteLedgerReader } from '../ballotbox/sqlite-ledger-reader.ts';
import { type RunVerdict, verifyRun } from '../ballotbox/verify-run.ts';
import { countsOf } from './counts-file.ts';
import type { EvidenceWork } from './evidence-messages.ts';
import { CHECK_SCRIPT, readmeOf } from './evidence-readme.ts';
import { entriesOfRun } from './journal-extract.ts';
import { journalWords } from './journal-words.ts';
import { extractRun } from './ledger-extract.ts';
import { missingRun, strangeShow } from './missing-run.ts';

const LEDGER = 'ledger.db';
const JOURNAL = 'journal.jsonl';

/**
 * Makes the bundle of a run: its part of the ledger, its journal entries, its heads and its counts, with a README that says
 * how to check them. Reads ledger and journal through connections of its own. Takes seconds for a big run: not for a
 * thread that others wait for.
 *
 * @returns the zip's path
 */
export async function packEvidence({ run, ledger, journal, dir, packedAtMs }: EvidenceWork): Promise<string> {
  // The journal first: what it says is closed was sealed in the ledger before.
  const lines = entriesOfRun(journal, run).map((entry) => `${JSON.stringify(entry)}\n`);
  writeFileSync(join(dir, JOURNAL), lines.join(''));
  const words = journalWords(journal, null);
  const word = { closed: words.closed.get(run.runId) ?? null, told: words.told.get(run.runId) ?? null };
  const reader = new SqliteLedgerReader(ledger, { isOlderFine: false });
  let found: { verdict: RunVerdict; showId: string | null };
  try {
    found = await reader.at(async (snapshot) => {
      const end = await snapshot.run(run.runId);
      await extractRun(snapshot, { run: end, path: join(dir, LEDGER) });
      const verdict = end === null ? missingRun(run.runId, word) : await verifyRun(snapshot, end, word);
      return { verdict, showId: (await snapshot.about()).bond.showId };
    });
  } finally {
    reader.close();
  }
  const { showId } = found;
  const strange = strangeShow({ ledger: showId, journal: run.showId });
  const verdict = { ...found.verdict, faults: [...strange, ...found.verdict.faults] };
  return zipOf(dir, {
    'README.txt': readmeOf(run, packedAtMs),
    'heads.json': asJson({ ...headsOf(verdict), show: { journal: run.showId, ledger: showId } }),
    'counts.json': asJson(countsOf(run, { verdict, packedAtMs })),
    'check.py': CHECK_SCRIPT,
  });
}

async function zipOf(dir: string, texts: Readonly<Record<string, string>>): Promise<string> {
  const path = join(dir, 'evidence.zip');
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(texts)) zip.addBuffer(Buffer.from(text), name);
  for (const name of [LEDGER, JOURNAL]) zip.addFile(join(dir, name), name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

function headsOf({ runId, head, lastLink, seal, closed, told }: RunVerdict): object {
  const journal = closed === null ? null : { entry: closed.entry, atMs: closed.atMs, head: closed.head };
  const toldToJournal = told === null ? null : { link: told.link, head: told.head, total: told.tally.total };
  return { runId, genesis: genesisOf(runId), last: { link: lastLink, head }, seal, journal, toldToJournal };
}

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
