/** Everything that the palette finds: acts, screens, cues and questions. */
import { isolated } from '../../../shared/domain/isolated.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';
import { folded } from '../../ui/folded.ts';
import { actionView } from '../actions/action-view.ts';
import { type ActionId, actIds, actOf, specOf } from '../actions/acts.ts';
import { alarmsView } from '../alarms/alarms-view.ts';
import { chordFor, overlayChord } from '../shortcuts/registry.ts';
import type { Moment } from '../store/moment.ts';
import type { Overlay, Question, WindowData } from '../store/window-store.ts';
import { metaOf } from '../words/cue-words.ts';
import { firstName } from '../words/keys.ts';
import { cueName, numberOf } from '../words/labels.ts';
import { wordOfMode } from '../words/mode-words.ts';
import { PLACES } from '../words/screens.ts';
import { airSubject, focusCue } from '../words/subjects.ts';
import { type PalettePress, palettePress } from './palette-press.ts';

export type PaletteGroup = 'Acts' | 'Screens' | 'Cues' | 'Questions';

export type PaletteDoes =
  | { kind: 'act'; action: ActionId; press: PalettePress }
  | { kind: 'place'; to: Partial<WindowData> }
  | { kind: 'cue'; cueId: PollId }
  | { kind: 'question'; question: Question }
  | { kind: 'overlay'; overlay: Overlay };

export interface PaletteItem {
  id: string;
  group: PaletteGroup;
  title: string;
  /** What it is about, or why it can't be done. */
  detail: string;
  /** Its own chord, to be learned; null where it has none. */
  chord: string | null;
  /** More words that it is found by. */
  also: string;
  does: PaletteDoes;
}

/** `moment` is null while no show is known: then there are only screens. */
export function paletteItems(moment: Moment | null): readonly PaletteItem[] {
  if (moment === null) return screenItems();
  const acts = actIds(moment.show.switches).map((id) => actItem(id, moment));
  const can = acts.filter((item) => !isBlocked(item));
  // What can't be done is listed with its reason, below what can.
  return [...can, ...acts.filter(isBlocked), ...screenItems(), ...cueItems(moment), ...questionItems(moment)];
}

export function isBlocked({ does }: PaletteItem): boolean {
  return does.kind === 'act' && does.press.kind === 'blocked';
}

function actItem(action: ActionId, moment: Moment): PaletteItem {
  const view = actionView(action, moment);
  const { cue } = specOf(action, moment);
  const press = palettePress(action, view);
  const about = cue === null ? '' : `${cueName(moment.show.cues, cue.id)}, ${isolated(cue.text)}`;
  const detail = press.kind === 'blocked' ? press.reason : about;
  const { name, also } = actOf(action).palette;
  const title = name ?? view.word;
  return {
    id: `act ${action}`,
    group: 'Acts',
    title,
    detail,
    chord: chordFor(action),
    also,
    does: { kind: 'act', action, press },
  };
}

function screenItems(): PaletteItem[] {
  return PLACES.map(({ id, says, chord, also, to }) => ({
    id: `screen ${id}`,
    group: 'Screens',
    title: says,
    detail: '',
    chord: firstName([chord]),
    also,
    does: { kind: 'place', to },
  }));
}

function cueItems({ show }: Moment): PaletteItem[] {
  return show.cues.map((cue) => ({
    id: `cue ${cue.id}`,
    group: 'Cues',
    title: `${numberOf(show.cues, cue.id)} ${cue.text}`,
    detail: wordOfMode(cue.intake, show.show.mode),
    chord: null,
    also: `cue select ${metaOf(cue, show.cues)}`,
    does: { kind: 'cue', cueId: cue.id },
  }));
}

function questionItems({ show, vitals, window }: Moment): PaletteItem[] {
  const air = airSubject(show, window.lane)?.cue ?? null;
  const focus = focusCue(show, window.selected);
  const about = (cue: { id: PollId; text: string }) => `${cueName(show.cues, cue.id)}, ${isolated(cue.text)}`;
  const ask = (title: string, detail: string, question: Question): PaletteItem => ({
    id: `question ${question.kind}`,
    group: 'Questions',
    title,
    detail,
    chord: null,
    also: 'ask',
    does: { kind: 'question', question },
  });
  const keys: PaletteItem = {
    id: 'question keys',
    group: 'Questions',
    title: 'Keys of this desk',
    detail: '',
    chord: overlayChord('keys'),
    also: 'help shortcuts keyboard cheat sheet',
    does: { kind: 'overlay', overlay: 'keys' },
  };
  const alarms: PaletteItem = {
    id: 'question alarms',
    group: 'Questions',
    title: 'Alarms that stand',
    detail: vitals === null ? '' : alarmsView(vitals.alarms).says,
    chord: overlayChord('alarms'),
    also: 'alarm warning seen acknowledge',
    does: { kind: 'overlay', overlay: 'alarms' },
  };
  return [
    ...(air ? [ask('REVEAL per surface…', about(air), { kind: 'surfaces', cueId: air.id })] : []),
    ...(focus ? [ask('More acts…', about(focus), { kind: 'more', cueId: focus.id })] : []),
    ask('Change the mode…', `now ${show.show.mode}`, { kind: 'mode' }),
    alarms,
    keys,
  ];
}

const IN_TITLE = 4;
const BESIDE = 2;
const INSIDE = 1;

/** How well an item answers; 0: not at all. Every word that was typed must be found. */
function score(item: PaletteItem, words: readonly string[]): number {
  const title = folded(item.title).split(/[\s,]+/);
  // A reason names other things than the act itself.
  const about = isBlocked(item) ? '' : item.detail;
  const beside = folded(`${about} ${item.also}`).split(/[\s,]+/);
  const whole = folded(`${item.title} ${about}`);
  let sum = 0;
  for (const word of words) {
    if (title.includes(word)) sum += IN_TITLE + 1;
    else if (title.some((part) => part.startsWith(word))) sum += IN_TITLE;
    else if (beside.some((part) => part.startsWith(word))) sum += BESIDE;
    else if (whole.includes(word)) sum += INSIDE;
    else return 0;
  }
  return sum;
}

/** What was asked for, best group first and best item first in it. Nothing typed finds everything, in its own order. */
export function found(items: readonly PaletteItem[], query: string): readonly PaletteItem[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  const scored = items.map((item) => ({ item, score: score(item, words) })).filter((one) => one.score > 0);
  const best = new Map<PaletteGroup, number>();
  for (const { item, score: own } of scored) best.set(item.group, Math.max(best.get(item.group) ?? 0, own));
  const ofGroup = ({ group }: PaletteItem) => best.get(group) ?? 0;
  return scored
    .sort((a, b) => ofGroup(b.item) - ofGroup(a.item) || groupOrder(a.item) - groupOrder(b.item) || b.score - a.score)
    .map(({ item }) => item);
}

const ORDER: readonly PaletteGroup[] = ['Acts', 'Screens', 'Cues', 'Questions'];
const groupOrder = ({ group }: PaletteItem): number => ORDER.indexOf(group);
