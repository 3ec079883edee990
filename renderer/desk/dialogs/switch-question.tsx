import { useState } from 'react';
import { mayCommand } from '../../../shared/domain/guards.ts';
import type { SwitchId } from '../../../shared/protocol/desk-state.ts';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import { timeOfDay } from '../../ui/format.ts';
import { switchAction, switchIntent } from '../actions/switch-acts.ts';
import { useDesk } from '../context/desk-context.tsx';
import { guardContext, type Moment } from '../store/moment.ts';
import { PIN_REASONS, switchWords } from '../words/measures.ts';
import { quotedApart } from '../words/quoted-apart.ts';
import { pinConsequence } from './pin-consequence.ts';
import styles from './questions.module.css';
import { ReasonField } from './reason-field.tsx';
import { DEFAULT_REVERT, REVERT_TIMES } from './revert-times.ts';

/** Pinning a switch: it goes on record with its reason, and goes back by itself unless somebody chooses otherwise. */
export function SwitchQuestion({
  switchId,
  position,
  revision,
  moment,
  close,
}: {
  switchId: SwitchId;
  position: 'on' | 'off';
  /** Of the switch when it was asked. */
  revision: number;
  moment: Moment;
  close: () => void;
}) {
  const { runner } = useDesk();
  const [reason, setReason] = useState('');
  const [revert, setRevert] = useState(DEFAULT_REVERT);
  const intent = switchIntent({
    id: switchId,
    position,
    reason: reason.trim() === '' ? 'asked for' : reason.trim(),
    revertAfterMs: revert.ms,
    revision,
  });
  const refusal = mayCommand(moment.show, intent, guardContext(moment));
  const ready = refusal === null && reason.trim() !== '';
  const send = () => {
    close();
    void runner.send(intent, { source: 'dialog', actionId: switchAction(switchId, position) });
  };
  return (
    <Dialog title={switchWords(switchId, position)} onClose={close}>
      <p>{pinConsequence(switchId, position, moment.vitals)}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) send();
        }}
      >
        <ReasonField
          presets={PIN_REASONS[switchId][position]}
          label="Reason, in the log"
          reason={reason}
          onChange={setReason}
        />
        <fieldset className={styles.times}>
          <legend>
            Back to auto{' '}
            <strong>
              {revert.ms === null ? 'when somebody sets it' : `at ${timeOfDay(moment.nowMs + revert.ms)}`}
            </strong>
          </legend>
          <div className={dialog.choices}>
            {REVERT_TIMES.map((time) => (
              <label key={time.label} className={classes(button.button, button.plain)}>
                <input
                  type="radio"
                  name="revert"
                  checked={time.label === revert.label}
                  onChange={() => setRevert(time)}
                />
                <b>{time.label}</b>
              </label>
            ))}
          </div>
        </fieldset>
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
            aria-label={ready || refusal !== null ? undefined : `PIN ${position.toUpperCase()}: give a reason first`}
          >
            <b>PIN {position.toUpperCase()}</b>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
