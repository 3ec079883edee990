/** How a cue is described in a line: kind, class and trigger. */
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { CueKind } from '../../../shared/protocol/show-file.ts';
import { cueName } from './labels.ts';

const KINDS: Readonly<Record<CueKind, string>> = {
  cta: 'CTA',
  single: 'Single choice',
  multiple: 'Multiple choice',
  rating: 'Rating',
  quiz: 'Quiz',
  prediction: 'Prediction',
  reaction: 'Reaction',
  note: 'Note',
};

export const kindOf = (cue: Pick<DeskCue, 'kind'>): string => KINDS[cue.kind];

export function triggerOf(
  { trigger, kind }: Pick<DeskCue, 'trigger' | 'kind'>,
  cues: readonly Pick<DeskCue, 'id' | 'number'>[],
): string {
  if (kind === 'note') return 'not aired';
  if (trigger === undefined) return 'by hand';
  if (trigger.after !== undefined) {
    const words = `after ${cueName(cues, trigger.after)}${trigger.on === 'opened' ? ' opened' : ''}`;
    return trigger.autoGo === true ? `${words}, auto-GO` : words;
  }
  return trigger.autoGo === true ? 'auto-GO' : 'by hand';
}

/** `Single choice, editorial · by hand` */
export function metaOf(
  cue: Pick<DeskCue, 'kind' | 'class' | 'trigger'>,
  cues: readonly Pick<DeskCue, 'id' | 'number'>[],
): string {
  const classed = cue.kind === 'cta' || cue.kind === 'note' ? kindOf(cue) : `${kindOf(cue)}, ${cue.class ?? 'fun'}`;
  return `${classed} · ${triggerOf(cue, cues)}`;
}
