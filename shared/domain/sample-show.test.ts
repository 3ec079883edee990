/** The sample show is what a newcomer sees first, so everything in it has to work at once. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ShowFile } from '../protocol/show-file.ts';
import { freeze, OVERLAY_LINE, whatIsMissing } from './cue-rules.ts';
import { ShowDriver } from './testing/show-driver.test-part.ts';

const show = ShowFile.parse(
  JSON.parse(await readFile(new URL('../../resources/saturday-finale.json', import.meta.url), 'utf8')),
);

describe('the sample show', () => {
  it('has twelve cues of the common kinds, every one complete and ready', () => {
    expect(show.cues).toHaveLength(12);
    expect(new Set(show.cues.map((cue) => cue.kind))).toEqual(
      new Set(['cta', 'single', 'multiple', 'quiz', 'rating', 'note']),
    );
    for (const cue of show.cues) expect([cue.id, whatIsMissing(cue)]).toEqual([cue.id, null]);
    const states = new ShowDriver(show.cues, 'rehearsal').view(['owner']).cues.map((cue) => cue.intake);
    expect(new Set(states)).toEqual(new Set(['ready']));
  });

  it('starts at any hour, on any machine, and fires nothing by itself', () => {
    expect([show.t0, show.audience]).toEqual([undefined, undefined]);
    for (const { trigger } of show.cues) {
      expect([trigger?.at, trigger?.offsetMs, trigger?.autoGo ?? false]).toEqual([undefined, undefined, false]);
    }
    expect(show.cues.filter((cue) => cue.class === 'regulated')).toEqual([]);
  });

  it('reads well: options on one overlay line, 20 to 90 s, a note for each cue', () => {
    for (const cue of show.cues) {
      for (const option of freeze(cue).options) expect(option.text.length).toBeLessThanOrEqual(OVERLAY_LINE);
      expect(cue.durationMs).toBeGreaterThanOrEqual(20_000);
      expect(cue.durationMs).toBeLessThanOrEqual(90_000);
      expect(cue.notes).toMatch(/\S/);
    }
  });
});
