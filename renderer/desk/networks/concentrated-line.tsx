import { TriangleAlert } from 'lucide-react';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { useDesk } from '../context/desk-context.tsx';
import type { Moment } from '../store/moment.ts';
import { TO_NETWORKS } from '../store/window-store.ts';
import './concentrated-line.css';
import { type ConcentrationView, concentrationOfCue, maySeeNetworks, WHAT_IT_MEANS } from './concentration-view.ts';

/** Beside a result: how much of it came from few networks; nothing where nothing stands out. */
export function ConcentratedLine({ cue, moment }: { cue: DeskCue; moment: Moment }) {
  const view = concentrationOfCue(cue, moment);
  return view === null ? null : <Words view={view} text={view.text} leads={maySeeNetworks(moment)} />;
}

/** The same where one line has to do: the whole sentence is in its tooltip. */
export function ConcentratedShort({ cue, moment }: { cue: DeskCue; moment: Moment }) {
  const view = concentrationOfCue(cue, moment);
  return view === null ? null : <Words view={view} text={view.short} leads={maySeeNetworks(moment)} />;
}

/** The same for one of several results that stand together: `about` names it. */
export function ConcentratedAbout({ about, view, moment }: { about: string; view: ConcentrationView; moment: Moment }) {
  return <Words view={view} text={`${about}: ${view.text}`} leads={maySeeNetworks(moment)} />;
}

/** `leads`: a press shows the networks on the operator's screen. */
function Words({ view, text, leads }: { view: ConcentrationView; text: string; leads: boolean }) {
  const { window: win } = useDesk();
  return (
    <p className={view.isLarge ? 'concentrated large' : 'concentrated'} title={`${view.text}. ${WHAT_IT_MEANS}`}>
      {view.isLarge ? <TriangleAlert size={14} aria-label="Look at this:" /> : null}
      {leads ? (
        <button type="button" onClick={() => win.setState(TO_NETWORKS)}>
          {text}
          <span className="said">. Show the networks</span>
        </button>
      ) : (
        <span className="words">{text}</span>
      )}
      <span className="said">. {WHAT_IT_MEANS}</span>
    </p>
  );
}
