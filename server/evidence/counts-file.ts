import { sharesOf } from '../../shared/domain/shares.ts';
import type { RunVerdict } from '../ballotbox/verify-run.ts';
import type { EvidenceRun } from './evidence-messages.ts';

/** What `counts.json` of a bundle says: the result as the ledger has it, with the shares that every screen printed. */
export function countsOf(
  run: EvidenceRun,
  found: { verdict: Pick<RunVerdict, 'tally' | 'classes' | 'concentrated' | 'faults'>; packedAtMs: number },
): object {
  const { isAnswerRevealed: _, options, ...about } = run;
  const { tally, classes, concentrated, faults } = found.verdict;
  const counts = options.map(({ id }) => tally.options.find((option) => option.id === id)?.count ?? 0);
  const shares = sharesOf(counts, tally.total);
  return {
    format: 'tallyroom-evidence',
    version: 1,
    packedAtMs: found.packedAtMs,
    ...about,
    total: tally.total,
    options: options.map(({ id, text }, i) => ({ id, text, count: counts[i] ?? 0, share: shares[i] ?? 0 })),
    classes,
    ...(concentrated === null ? {} : { concentrated }),
    holds: faults.length === 0,
    faults,
  };
}
