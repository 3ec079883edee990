import { TriangleAlert } from 'lucide-react';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { classes } from '../../ui/classes.ts';
import textStyles from '../../ui/text.module.css';
import { useDesk } from '../context/desk-context.tsx';
import type { Moment } from '../store/moment.ts';
import { TO_NETWORKS } from '../store/window-store.ts';
import styles from './concentrated-line.module.css';
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
    <p
      className={view.isLarge ? classes(styles.concentrated, styles.large) : styles.concentrated}
      title={`${view.text}. ${WHAT_IT_MEANS}`}
    >
      {view.isLarge ? <TriangleAlert size={14} aria-label="Look at this:" /> : null}
      {leads ? (
        <button type="button" onClick={() => win.setState(TO_NETWORKS)}>
          {text}
          <span className={textStyles.spoken}>. Show the networks</span>
        </button>
      ) : (
        <span>{text}</span>
      )}
      <span className={textStyles.spoken}>. {WHAT_IT_MEANS}</span>
    </p>
  );
}
