import { useState } from 'react';
import { mayCommand } from '../../../shared/domain/guards.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import textStyles from '../../ui/text.module.css';
import { REASONS, type ReasonAct } from '../actions/acts.ts';
import { useDesk } from '../context/desk-context.tsx';
import { ConcentratedLine } from '../networks/concentrated-line.tsx';
import { guardContext, type Moment } from '../store/moment.ts';
import { cueName } from '../words/labels.ts';
import { type Overridden, overriddenBy } from '../words/overridden.ts';
import { quotedApart } from '../words/quoted-apart.ts';
import styles from './questions.module.css';
import { ReasonField } from './reason-field.tsx';

/** An act that goes on record with its reason. */
export function ReasonQuestion({
  act,
  cue,
  moment,
  close,
}: {
  act: ReasonAct;
  cue: DeskCue;
  moment: Moment;
  close: () => void;
}) {
  const { runner } = useDesk();
  const [reason, setReason] = useState('');
  const words = REASONS[act];
  const overridden = act === 'override' ? overriddenBy(moment.vitals?.preflight ?? null) : [];
  const intent = words.intent(cue.id, reason.trim() === '' ? words.presets[0] : reason.trim());
  const refusal = mayCommand(moment.show, intent, guardContext(moment));
  const ready = refusal === null && (reason.trim() !== '' || words.reasonOptional);
  const send = () => {
    close();
    void runner.send(intent, { source: 'dialog', actionId: words.actionId });
  };
  return (
    <Dialog title={`${words.word} ${cueName(moment.show.cues, cue.id)}: “${isolated(cue.text)}”`} onClose={close}>
      {overridden.length > 0 ? <Overrides overridden={overridden} /> : null}
      <p>{words.consequence}</p>
      <ConcentratedLine cue={cue} moment={moment} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) send();
        }}
      >
        <ReasonField
          presets={[...overridden.flatMap(({ presets }) => presets), ...words.presets]}
          label={`Reason, in the log${words.isPublic ? ' and to the public' : ''}`}
          reason={reason}
          onChange={setReason}
        />
        {refusal === null ? null : <p className={styles.refusal}>{quotedApart(refusal.message)}</p>}
        <div className={dialog.acts}>
          <button type="button" className={classes(button.button, button.plain)} onClick={close}>
            <b>Leave it</b>
          </button>
          <button
            type="submit"
            className={classes(button.button, button.plain)}
            data-kind={ready ? 'ready' : 'blocked'}
            aria-disabled={!ready}
          >
            <b>{words.word}</b>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What is gone over, by name: each check that fails, with its sentence and what may come of it. */
function Overrides({ overridden }: { overridden: readonly Overridden[] }) {
  return (
    <ul className={styles.overrides} aria-label="Checks that this overrides">
      {overridden.map(({ check, name, text, consequence }) => (
        <li key={check}>
          <strong className={classes(textStyles.warning, dialog.warning)}>Overrides {name}:</strong>{' '}
          {text.replace(/\.$/, '')}. {consequence}
        </li>
      ))}
    </ul>
  );
}
