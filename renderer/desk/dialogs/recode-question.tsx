import { type CommandIntent, mayCommand } from '../../../shared/domain/guards.ts';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import { useDesk } from '../context/desk-context.tsx';
import { guardContext, type Moment } from '../store/moment.ts';
import styles from './questions.module.css';
import { recodeConsequence } from './recode-words.ts';

/** A new rehearsal code takes the rehearsal away from everybody who is in it, so it says from how many. */
export function RecodeQuestion({ moment, close }: { moment: Moment; close: () => void }) {
  const { runner } = useDesk();
  const intent: CommandIntent = { type: 'rehearsal.recode' };
  const refusal = mayCommand(moment.show, intent, guardContext(moment));
  const send = () => {
    close();
    void runner.send(intent, { source: 'dialog', actionId: 'recode' });
  };
  return (
    <Dialog title="A new code for the rehearsal" onClose={close}>
      <p>{recodeConsequence(moment.vitals)}</p>
      {refusal === null ? null : <p className={styles.refusal}>{refusal.message}</p>}
      <div className={dialog.acts}>
        <button type="button" className={classes(button.button, button.plain)} onClick={close} data-first>
          <b>Keep the old one</b>
        </button>
        <button
          type="button"
          className={classes(button.button, button.plain)}
          data-kind={refusal === null ? 'ready' : 'blocked'}
          aria-disabled={refusal !== null}
          onClick={() => {
            if (refusal === null) send();
          }}
        >
          <b>NEW CODE</b>
        </button>
      </div>
    </Dialog>
  );
}
