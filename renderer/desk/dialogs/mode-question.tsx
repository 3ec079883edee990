import type { CommandIntent } from '../../../shared/domain/guards.ts';
import { mayCommand } from '../../../shared/domain/guards.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import { useDesk } from '../context/desk-context.tsx';
import { guardContext, type Moment } from '../store/moment.ts';
import { quotedApart } from '../words/quoted-apart.ts';
import styles from './questions.module.css';
import { TypeToConfirm } from './type-to-confirm.tsx';

export function ModeQuestion({ moment, close }: { moment: Moment; close: () => void }) {
  const { runner } = useDesk();
  const { title, mode } = moment.show.show;
  const other = mode === 'live' ? 'rehearsal' : 'live';
  const intent: CommandIntent = { type: 'show.mode', payload: { mode: other } };
  const refusal = mayCommand(moment.show, intent, guardContext(moment));
  if (refusal) {
    return (
      <Dialog title={`Not now: go ${other}`} onClose={close}>
        <p className={styles.refusal}>{quotedApart(refusal.message)}</p>
        <div className={dialog.acts}>
          <button type="button" className={classes(button.button, button.plain)} onClick={close}>
            <b>Close</b>
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <TypeToConfirm
      title={other === 'live' ? `Go LIVE with “${isolated(title)}”` : `Go to REHEARSAL with “${isolated(title)}”`}
      wanted={title}
      act={other === 'live' ? 'GO LIVE' : 'GO TO REHEARSAL'}
      onClose={close}
      onConfirm={() => {
        close();
        void runner.send(intent, { source: 'dialog', actionId: 'mode' });
      }}
    >
      {other === 'live'
        ? 'From then on every viewer sees what GO opens, and votes count. Each cue starts with its live run; rehearsal ballots stay in their own ledger and are never counted.'
        : 'The public sees nothing from then on; only viewers with the rehearsal code do. Each cue takes up its rehearsal run. Live results stay as they are.'}
    </TypeToConfirm>
  );
}
