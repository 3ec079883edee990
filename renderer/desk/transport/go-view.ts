/** The big GO: what it would fire, whether it would fire now, and what became of the last press. */
import { freeze, laneOf } from '../../../shared/domain/cue-rules.ts';
import { mayCommand, occupantOf, RECALL_WITHIN_MS } from '../../../shared/domain/guards.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import { personIn } from '../../../shared/domain/persons.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { ageInSeconds, countdown, counted, span, timeOfDay } from '../../ui/format.ts';
import { actionView } from '../actions/action-view.ts';
import { guardContext, type Moment } from '../store/moment.ts';
import { cueName } from '../words/labels.ts';
import { overriddenBy } from '../words/overridden.ts';
import { quotedApart } from '../words/quoted-apart.ts';
import { cueAfter, nextCue } from '../words/subjects.ts';

interface Words {
  /** Small line: `Opens cue 8`. */
  head: string;
  /** The cue it is about. */
  title: string;
  note: string;
}

export type GoView = Words &
  (
    | { kind: 'idle' }
    /** Armed, but the press would be refused now. `share`: how much of the wait is over, where its end is known. */
    | { kind: 'wait'; share: number | null }
    | { kind: 'armed'; hold: boolean }
    /** `left`: how long it must still be held, `0.3 s`. */
    | { kind: 'holding'; share: number; left: string }
    | { kind: 'sent' }
    | { kind: 'confirmed'; onAir: boolean }
    | { kind: 'refused' }
    | { kind: 'unknown' }
    | { kind: 'no-link' }
  );

export function goView(moment: Moment): GoView {
  const { show, window } = moment;
  const next = nextCue(show, window.selected);
  const fired = justFired(moment);
  if (next.kind !== 'armed') {
    if (moment.link.kind !== 'up') return noLink(moment, next.kind === 'candidate' ? next.cue.text : 'Nothing armed');
    return fired ?? idle(moment, next.kind === 'candidate' ? next.cue : null);
  }
  const { cue } = next;
  const opens = `Opens ${cueName(show.cues, cue.id)}`;
  const view = actionView('go', moment);
  const title = cue.text;
  switch (view.kind) {
    case 'sending':
      return { kind: 'sent', head: sentHead(moment, cue), title, note: 'Waiting for the server to confirm' };
    case 'unknown':
      return {
        kind: 'unknown',
        head: 'No answer in 2 s',
        title,
        note: 'Asking the server what became of it. It is not sent again.',
      };
    case 'no-link':
      return noLink(moment, title);
    case 'refused':
      return { kind: 'refused', head: `Refused: ${view.say}`, title, note: view.reason };
    case 'holding':
      return {
        kind: 'holding',
        share: view.share,
        left: ageInSeconds(view.leftMs),
        head: capital(view.say),
        title,
        note: riskNote(cue, moment),
      };
    case 'ready': {
      const hold = view.gesture.kind === 'hold';
      return {
        kind: 'armed',
        hold,
        head: hold ? `${opens}: hold 0.8 s` : opens,
        title,
        note: hold ? riskNote(cue, moment) : reach(cue, moment),
      };
    }
    default: {
      if (fired) return fired;
      const { note, share } = waitNote(cue, moment);
      return { kind: 'wait', share, head: opens, title, note };
    }
  }
}

function idle(moment: Moment, candidate: DeskCue | null): GoView {
  const head = 'Nothing armed';
  if (!candidate) {
    const note =
      moment.show.cues.length === 0 ? 'The rundown is empty' : 'RERUN is under More… of a cue that was played';
    return { kind: 'idle', head, title: 'No cue left to open', note };
  }
  const name = cueName(moment.show.cues, candidate.id);
  if (candidate.intake === 'draft') {
    return { kind: 'idle', head, title: `${capital(name)} is a draft`, note: 'Make it ready, then arm it' };
  }
  return { kind: 'idle', head, title: `Arm ${name} to open it`, note: candidate.text };
}

function noLink({ link, localNowMs }: Moment, title: string): GoView {
  const age = ageInSeconds(localNowMs - link.sinceMs);
  const trying = 'attempt' in link && link.attempt > 0 ? ` Try ${link.attempt}.` : '';
  const head = link.kind === 'connecting' ? 'Connecting' : `No contact for ${age}`;
  return { kind: 'no-link', head, title, note: `Nothing can fire, and nothing is kept to fire later.${trying}` };
}

function sentHead(moment: Moment, cue: DeskCue): string {
  const record = moment.commands[`cue.go ${cue.id}`];
  return record?.phase.kind === 'sending'
    ? `Sent ${Math.max(0, Math.round(moment.localNowMs - record.phase.sinceMs))} ms ago`
    : 'Accepted';
}

/** The cue that this desk has just opened: shown until RECALL has passed. */
function justFired(moment: Moment): GoView | null {
  const { show, nowMs, commands } = moment;
  const cue = show.cues.find((c) => {
    const record = commands[`cue.go ${c.id}`];
    const accepted = record?.phase.kind === 'answered' && record.phase.outcome.kind === 'accepted';
    return accepted && c.intake === 'open' && nowMs - (c.openedAtMs ?? 0) <= RECALL_WITHIN_MS;
  });
  if (!cue || cue.openedAtMs === undefined) return null;
  // A desk that has just found its clock to be ahead of the core's must not promise more than there is.
  const leftMs = Math.min(RECALL_WITHIN_MS, Math.max(0, cue.openedAtMs + RECALL_WITHIN_MS - nowMs));
  const leftS = Math.ceil(leftMs / 1000);
  const onAir = show.show.mode === 'live';
  const head = `${onAir ? 'On air' : 'Open'} since ${timeOfDay(cue.openedAtMs)}`;
  return { kind: 'confirmed', onAir, head, title: cue.text, note: `RECALL works for ${leftS} s more` };
}

/** Why it can't fire now, in the guard's words or, for a taken lane, with the time it clears. */
function waitNote(cue: DeskCue, moment: Moment): { note: string; share: number | null } {
  const { show, nowMs } = moment;
  const refusal = mayCommand(show, { type: 'cue.go', target: cue.id }, guardContext(moment));
  if (refusal?.code === 'role') return { note: 'Only the producer’s desks open cues; this one looks on.', share: null };
  const lane = laneOf(cue.kind);
  const busy = lane === null ? null : occupantOf(show, lane);
  if (refusal?.code !== 'lane-busy' || !busy) return { note: quotedApart(refusal?.message ?? ''), share: null };
  const name = cueName(show.cues, busy.id);
  if (busy.closesAtMs === undefined) return { note: `Ready when ${name} has closed; it is on hold`, share: null };
  const windowMs = busy.windowMs ?? busy.durationMs;
  const leftMs = Math.max(0, busy.closesAtMs - nowMs);
  return { note: `Ready when ${name} has closed, in ${countdown(leftMs)}`, share: 1 - Math.min(1, leftMs / windowMs) };
}

const RISKS = {
  forecast: 'More viewers than the edges hold',
  ledger: 'The ledger lacks what the journal knows',
} as const;

function riskNote(cue: DeskCue, { vitals, show }: Moment): string {
  const by = cue.armedBy === undefined ? '' : `, armed by ${isolated(personIn(show, cue.armedBy))}`;
  const risks = overriddenBy(vitals?.preflight ?? null).map(({ check }) => RISKS[check]);
  return [...(cue.class === 'regulated' ? ['Regulated'] : []), ...risks].join('. ') + by;
}

function reach(cue: DeskCue, { vitals, show }: Moment): string {
  const window = span(freeze(cue).durationMs);
  const whose = show.show.mode === 'rehearsal' ? 'rehearsal ' : '';
  const who = vitals === null ? null : counted(vitals.online, `${whose}viewer`, `${whose}viewers`);
  return who === null ? window : `${window}, to ${who}`;
}

/** The line under NEXT: what comes after the cue that GO is about. */
export function thenCue(moment: Moment): DeskCue | null {
  const next = nextCue(moment.show, moment.window.selected);
  return next.kind === 'nothing' ? null : cueAfter(moment.show, next.cue.id);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
