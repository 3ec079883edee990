/** A show in Hebrew and Arabic on a desk in English: each text runs in its own direction. */
import type { DeskCue } from '../../../../shared/protocol/desk-state.ts';
import type { OptionId } from '../../../../shared/protocol/ids.ts';
import type { DeskData } from '../../store/desk-store.ts';
import type { WindowData } from '../../store/window-store.ts';
import { OVERLAY_SURFACE } from '../../words/overlay-output.ts';
import { cueId, SHOW } from '../show-fixture.ts';
import { desk } from './scene-data.ts';

/** The cue with these words; its options keep their ids and their votes. */
function said(n: number, text: string, texts: readonly string[]): Partial<DeskCue> {
  const options = SHOW.cues.find(({ id }) => id === cueId(n))?.options ?? [];
  return { text, options: options.map(({ id }, i) => ({ id: id as OptionId, text: texts[i] ?? `אפשרות ${i + 1}` })) };
}

const shown = { desk: 'counts', audience: 'counts', overlay: 'counts', api: 'hidden' } as const;
const rightToLeft = desk({
  cues: {
    [cueId(6)]: {
      ...said(6, 'מה היה השיר הכי טוב עד עכשיו?', ['שלום, עולם!', 'גשם (בתל אביב)', 'לילה']),
      visibility: shown,
      verifiedBy: 'דנה ל.',
    },
    [cueId(7)]: said(7, 'من سيغني الأغنية الأخيرة الليلة؟', ['ليلى حداد (بيروت)', 'عمر، 22 سنة!', 'جوقة الليل']),
    [cueId(8)]: said(8, 'האם חבר השופטים ישמור אחד?', ['כן!', 'לא, תודה.']),
  },
  show: {
    title: 'מוצאי שבת: הגמר!',
    control: { actor: 'דנה ל.', source: 'desk:1', atMs: 1, commandId: 'c-1' },
    overlay: {
      [OVERLAY_SURFACE]: {
        revision: 41,
        runId: SHOW.cues.find(({ id }) => id === cueId(6))?.runId ?? ('' as DeskCue['runId']),
      },
    },
  },
});

export const DIRECTIONS: readonly { name: string; desk: DeskData; window: Partial<WindowData> }[] = [
  { name: 'producer-right-to-left', desk: rightToLeft, window: { screen: 'producer', selected: cueId(8) } },
  { name: 'director-right-to-left', desk: rightToLeft, window: { screen: 'director' } },
  { name: 'log-right-to-left', desk: rightToLeft, window: { screen: 'log' } },
  {
    name: 'question-right-to-left',
    desk: rightToLeft,
    window: { screen: 'producer', question: { kind: 'reason', act: 'void', cueId: cueId(6) } },
  },
];
