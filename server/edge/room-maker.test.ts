import { describe, expect, it } from 'vitest';
import { markOf, networkOf } from '../process/network.ts';
import { type Kind, partings, RoomMaker } from './room-maker.ts';

/** A crowd of so many of each network. */
class People implements Kind {
  readonly here: number[];

  constructor(counts: Record<number, number>) {
    this.here = Object.entries(counts).flatMap(([mark, count]) => Array<number>(count).fill(Number(mark)));
  }

  marks(): Iterable<number> {
    return this.here;
  }

  showOut(mark: number, most: number): number {
    let gone = 0;
    while (gone < most && this.here.includes(mark)) {
      this.here.splice(this.here.indexOf(mark), 1);
      gone += 1;
    }
    return gone;
  }

  of(mark: number): number {
    return this.here.filter((one) => one === mark).length;
  }
}

const LAPTOP = 7;
const CARRIER = 8;
const nobody = () => 0;
const everybody = () => Number.POSITIVE_INFINITY;

describe('where room gets little', () => {
  it('those behind whom nobody is known to stand go first, of the network that has most of them', () => {
    const [idle, streams] = [new People({ 1: 2, 2: 3, [LAPTOP]: 20 }), new People({ [CARRIER]: 50 })];
    const crowds = () => [
      { kind: idle, spared: nobody },
      { kind: streams, spared: () => 10 },
    ];
    const room = new RoomMaker({ crowds, most: 200 });
    expect(room.make(17)).toBe(17);
    expect([idle.of(1), idle.of(2), idle.of(LAPTOP), streams.of(CARRIER)]).toEqual([2, 3, 3, 50]);
    expect(room.make(100)).toBe(8 + 40);
    expect(streams.of(CARRIER)).toBe(10);
    expect(room.refuses(CARRIER)).toBe(false);
  });

  it('a network that holds more than half of everything gives up what is spared, too, and gets no more until there is room', () => {
    const viewers = new People({ 1: 40, [LAPTOP]: 60 });
    const room = new RoomMaker({ crowds: () => [{ kind: viewers, spared: everybody }], most: 100 });
    expect(room.refuses(LAPTOP)).toBe(false);
    expect(room.make(5)).toBe(5);
    expect([viewers.of(1), viewers.of(LAPTOP)]).toEqual([40, 55]);
    expect([room.refuses(LAPTOP), room.refuses(1)]).toEqual([true, false]);
    room.calm();
    expect(room.refuses(LAPTOP)).toBe(false);
  });

  it('a house that is full of people loses nobody', () => {
    const viewers = new People({ 1: 30, 2: 30, [CARRIER]: 40 });
    const room = new RoomMaker({ crowds: () => [{ kind: viewers, spared: everybody }], most: 100 });
    expect(room.make(5)).toBe(0);
    expect(viewers.here).toHaveLength(100);
  });

  it('whoever comes through a proxy of this machine that nobody has named is no network', () => {
    const mark = markOf(networkOf('127.0.0.1'));
    const idle = new People({ [mark]: 90 });
    const room = new RoomMaker({ crowds: () => [{ kind: idle, spared: nobody }], most: 100 });
    expect(room.make(5)).toBe(0);
    expect(room.refuses(mark)).toBe(false);
  });
});

describe('who gives up how many', () => {
  it('those who have most come down to one level, in all what is wanted, and nobody below it gives any', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const held = new Map(Array.from({ length: 1 + (seed % 9) }, (_, i) => [i + 1, (seed * (i + 3) * 31) % 50]));
      const sum = [...held.values()].reduce((a, b) => a + b, 0);
      const wanted = (seed * 17) % 120;
      const parting = partings(held, wanted);
      const gone = [...parting.values()].reduce((a, b) => a + b, 0);
      const rest = [...held].map(([mark, count]) => count - (parting.get(mark) ?? 0));
      // Less by rounding: one level for all, and never more than that takes.
      expect(gone).toBeLessThanOrEqual(Math.min(wanted, sum));
      expect(gone).toBeGreaterThan(Math.min(wanted, sum) - held.size);
      const level = Math.max(...rest);
      for (const [mark, count] of held) expect(parting.get(mark) ?? 0).toBe(Math.max(0, count - level));
    }
  });
});
