import { TriangleAlert } from 'lucide-react';
import type { DeskCue } from '../../../shared/protocol/desk.ts';
import type { Moment } from '../actions/moment.ts';
import { useDesk } from '../desk-context.tsx';
import { TO_NETWORKS } from '../store/window-store.ts';
import './concentrated-line.css';
import { type ConcentrationView, concentrationOfCue, maySeeNetworks, WHAT_IT_MEANS } from './concentration-view.ts';

/** Beside a result: how much of it came from few networks; nothing where nothing stands out. */
export function ConcentratedLine({ cue, moment }: { cue: DeskCue; moment: Moment }) {
  const view = concentrationOfCue(cue, moment);
  return view === null ? null : <ConcentratedWords view={view} about={null} leads={maySeeNetworks(moment)} />;
}

/** `about` names the result where several stand together. `leads`: a press shows the networks on the operator's screen. */
export function ConcentratedWords({
  view,
  about,
  leads,
}: {
  view: ConcentrationView;
  about: string | null;
  leads: boolean;
}) {
  const { window: win } = useDesk();
  const text = about === null ? view.text : `${about}: ${view.text}`;
  return (
    <p className={view.isLarge ? 'concentrated large' : 'concentrated'} title={WHAT_IT_MEANS}>
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
