import { expect, it } from 'vitest';
import { NO_CORE_FACTS } from '../../shared/domain/desk-view.ts';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import { changesBetween, deskAudience } from './desk-audience.ts';

const setBy = { actor: 'o', source: 's', commandId: 'c', atMs: 1 };
const pinnedOff: ShowState['switches'] = {
  'results-cadence': { position: 'off', reason: 'a test', setBy, revertsAtMs: null, revision: 0 },
};
const changes = (before: ShowState, after: ShowState) =>
  changesBetween({ before, after, facts: NO_CORE_FACTS }, deskAudience(['operator']));

it('tells of a switch that the level has turned, and of none that a pin holds', () => {
  const raised = { ...EMPTY_SHOW, level: 2 };
  expect(changes(EMPTY_SHOW, raised)).toEqual([
    {
      ...{ kind: 'switch', id: 'results-cadence' },
      value: { id: 'results-cadence', position: 'auto', revision: 0, requested: true, inForce: false },
    },
  ]);
  expect(changes(raised, { ...raised, level: 3 })).toEqual([]);
  const held = { ...EMPTY_SHOW, switches: pinnedOff };
  expect(changes(held, { ...held, level: 2 })).toEqual([]);
});
