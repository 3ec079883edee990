import { expect, it } from 'vitest';
import { EMPTY_SHOW } from '../../shared/domain/show-state.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import { DeskFacts } from './desk-facts.ts';
import { ShowNow } from './show-now.ts';

function factsIn(mode: Mode, publicUrl: string | null): DeskFacts {
  const show = new ShowNow();
  show.isOf({ state: { ...EMPTY_SHOW, mode }, orders: [], journalError: null });
  const measures = { now: { level: 0, on: [] }, inForce: () => [] };
  const found = { restored: null, publicUrl, audienceUrl: null, rehearsalCode: 'A B' };
  return new DeskFacts({ show, measures, ...found });
}

it('tell no address of the page before there is one', () => {
  expect(factsIn('live', null).now().viewerUrl).toBeNull();
});

it('tell the rehearsal’s page with its code, and the live one without', () => {
  const rehearsal = factsIn('rehearsal', null);
  rehearsal.audienceUrl = 'http://10.0.0.1:4320';
  expect(rehearsal.now().viewerUrl).toBe('http://10.0.0.1:4320/?code=A%20B');
  rehearsal.rehearsalCode = 'C';
  expect(rehearsal.now().viewerUrl).toBe('http://10.0.0.1:4320/?code=C');
  expect(factsIn('live', 'https://vote.example').now().viewerUrl).toBe('https://vote.example/');
});
