import { describe, expect, test } from 'vitest';
import { evolve } from './evolve.ts';
import { nameOf } from './persons.ts';
import { EMPTY_SHOW } from './show-state.ts';

const meta = { seq: 7, act: { actor: 'p-1', source: 'desk:1', commandId: 'c', atMs: 0 } };

describe('what a person is called', () => {
  test('by their id as long as nobody has named them', () => {
    expect(nameOf({}, 'producer')).toBe('producer');
    expect(nameOf({}, 'constructor')).toBe('constructor');
  });

  test('by the name given last, which changes nothing else of the show', () => {
    const named = evolve(EMPTY_SHOW, { type: 'person.named', id: 'p-1', name: 'Pia' }, meta);
    const renamed = evolve(named, { type: 'person.named', id: 'p-1', name: 'Pia Berg' }, meta);
    expect(nameOf(named.persons, 'p-1')).toBe('Pia');
    expect(renamed).toStrictEqual({ ...EMPTY_SHOW, persons: { 'p-1': 'Pia Berg' } });
  });

  test('a new show is played by the same persons', () => {
    const named = evolve(EMPTY_SHOW, { type: 'person.named', id: 'p-1', name: 'Pia' }, meta);
    const show = { title: 'Another', cues: [] };
    const imported = evolve(named, { type: 'show.imported', show, mode: 'rehearsal', showId: 's' }, meta);
    expect(nameOf(imported.persons, 'p-1')).toBe('Pia');
  });
});
