/** How the desk speaks of a switch beyond what the ladder says of it. */
import { SWITCHES, type SwitchSpec, switchSpec } from '../../../shared/domain/ladder.ts';
import type { SwitchId, SwitchPosition } from '../../../shared/protocol/desk-state.ts';

/** Reasons to choose from when one is pinned. */
export const PIN_REASONS: Readonly<Record<SwitchId, Readonly<Record<'on' | 'off', readonly [string, ...string[]]>>>> = {
  'results-cadence': {
    on: ['edges are slow', 'a big vote is coming', 'a test'],
    off: ['results are the show now', 'edges have room', 'a test'],
  },
};

/** What the ladder says of a switch; its id stands for what a newer core knows and this page doesn't. */
export function measureOf(id: string): Pick<SwitchSpec, 'name' | 'notices' | 'cost'> & { fromLevel: number | null } {
  return (
    switchSpec(id) ?? {
      name: id,
      notices: 'This desk is older than the core and does not know it',
      cost: '',
      fromLevel: null,
    }
  );
}

/** `PIN ON “Slower results”`, `AUTO “Slower results”` */
export function switchWords(id: string, position: SwitchPosition): string {
  return `${position === 'auto' ? 'AUTO' : `PIN ${position.toUpperCase()}`} “${measureOf(id).name}”`;
}

/** Its place on the ladder, weakest first. */
export function placeOf(id: SwitchId): number {
  const place = SWITCHES.findIndex((spec) => spec.id === id);
  return place < 0 ? SWITCHES.length : place;
}
