import { Info, TriangleAlert, X } from 'lucide-react';
import { type ReactNode, useCallback } from 'react';
import { mayCommand } from '../../../shared/domain/guards.ts';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import { timeOfDay } from '../../ui/format.ts';
import text from '../../ui/text.module.css';
import { seenAction } from '../actions/alarm-acts.ts';
import { firstLine } from '../alarms/alarms-view.ts';
import { useDesk, useDeskData, useSame, useView, useWindowData } from '../context/desk-context.tsx';
import { OwnActionButton } from '../parts/action-button.tsx';
import type { DeskData, Toast } from '../store/desk-store.ts';
import { guardContext, type Moment } from '../store/moment.ts';
import { type RevertToast, revertToasts, WARN_BEFORE_MS } from './revert-toasts.ts';
import { inOrder, shownToasts, standingToasts } from './toast-view.ts';
import styles from './toasts.module.css';

/** The lane at the bottom of the middle column. A toast tells; it never asks, and never holds the only answer to a press. */
export function Toasts() {
  const told = useDeskData(useSame(toldOf));
  const reverts = useView(1_000, revertToasts) ?? [];
  const seen = useWindowData((data) => data.seenToasts);
  return (
    <div className={styles.toasts} role="log" aria-label="Notices">
      {shownToasts(inOrder(told, reverts), seen).map((toast) =>
        'left' in toast ? <RevertLine key={toast.key} toast={toast} /> : <ToldLine key={toast.key} toast={toast} />,
      )}
    </div>
  );
}

/** In whole seconds, so that two that came together leave together. */
const toldOf = ({ toasts, localNowMs }: DeskData) => standingToasts(toasts, Math.floor(localNowMs / 1_000) * 1_000);

/** Its first line is what one has to know; what a part said before it died is for who looks closer. */
function ToldLine({ toast }: { toast: Toast }) {
  const { message, alarmId } = toast;
  const may = useView(
    1_000,
    useCallback((moment: Moment) => alarmId !== null && maySee(alarmId, moment), [alarmId]),
  );
  return (
    <Line toast={toast} act={alarmId !== null && may ? <OwnActionButton id={seenAction(alarmId)} /> : null}>
      <b dir="auto" title={message}>
        {firstLine(message)}
      </b>
      <span>{timeOfDay(toast.atMs)}</span>
    </Line>
  );
}

/** Whether this desk's role can put it away; others are only told. */
function maySee(alarmId: string, moment: Moment): boolean {
  const seen = { type: 'alarm.seen', payload: { id: alarmId } } as const;
  return mayCommand(moment.show, seen, guardContext(moment))?.code !== 'role';
}

function RevertLine({ toast }: { toast: RevertToast }) {
  const { what, left, detail, act } = toast;
  return (
    <Line toast={toast} act={act === null ? null : <OwnActionButton id={act} />}>
      <b>
        {what} {/* Read out once, and not anew every second. */}
        <span className={text.spoken}>{WARN_BEFORE_MS / 1_000} s</span>
        <span aria-hidden="true">{left}</span>
      </b>
      <span>{detail}</span>
    </Line>
  );
}

function Line({
  toast: { key, level },
  act,
  children,
}: {
  toast: Pick<Toast, 'key' | 'level'>;
  act: ReactNode;
  children: ReactNode;
}) {
  const { window: win } = useDesk();
  const seen = () => win.setState((data) => ({ seenToasts: new Set([...data.seenToasts, key]) }));
  return (
    // The keyboard stays where it was when a toast is clicked away.
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps the pointer from moving the focus
    <div className={classes(styles.toast, styles[level])} onMouseDown={(event) => event.preventDefault()}>
      {level === 'warn' ? (
        <TriangleAlert size={20} className={text.warning} aria-label="Warning" />
      ) : (
        <Info size={20} aria-label="Notice" />
      )}
      <span className={styles.what}>{children}</span>
      <span className={styles.buttons}>
        {act}
        <button
          type="button"
          className={classes(button.button, button.plain)}
          aria-label="Put this notice away"
          onClick={seen}
        >
          <X size={16} aria-hidden="true" />
        </button>
      </span>
    </div>
  );
}
