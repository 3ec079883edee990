import { describe, expect, it } from 'vitest';
import type { Role } from '../protocol/commands.ts';
import type { RunId } from '../protocol/ids.ts';
import type { Visibility } from '../protocol/show-file.ts';
import { evidenceFileName, evidenceRefusal } from './evidence.ts';

describe('the evidence of a run', () => {
  it.each<[Role[], boolean, Visibility, string]>([
    [['owner'], true, 'counts', 'given'],
    [['producer'], true, 'counts', 'given'],
    [['verifier'], true, 'hidden', 'given'],
    [['director'], true, 'counts', 'role'],
    [['operator'], true, 'counts', 'role'],
    [['director', 'verifier'], true, 'hidden', 'given'],
    [['owner'], true, 'percentages', 'role'],
    [['owner'], false, 'counts', 'not-closed'],
    [['verifier'], false, 'counts', 'not-closed'],
  ])('for %j, sealed: %s, %s on the desk: %s', (roles, isSealed, onDesk, answer) => {
    expect(evidenceRefusal(roles, { isSealed, onDesk })?.code ?? 'given').toBe(answer);
  });

  it('has a file name that every system takes', () => {
    expect(evidenceFileName('q1:live:2' as RunId)).toBe('tallyroom-evidence-q1-live-2.zip');
  });
});
