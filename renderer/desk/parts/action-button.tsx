import { type KeyboardEvent, type PointerEvent, type ReactNode, useCallback, useRef } from 'react';
import button from '../../ui/button.module.css';
import { type ActionView, actionView, pressOf } from '../actions/action-view.ts';
import type { ActionId } from '../actions/acts.ts';
import { useDesk, useMomentFor } from '../context/desk-context.tsx';
import { ariaChords, chordFor } from '../shortcuts/registry.ts';
import type { Moment } from '../store/moment.ts';

/** The handlers of a button that stands for an act: a tap is a click, a hold counts from down to up. */
export function usePresses(id: ActionId, hold: boolean) {
  const { runner } = useDesk();
  // Letting go of a hold makes a click as well, and by then the button may have become a tap.
  const heldDown = useRef(false);
  const down = () => {
    heldDown.current = hold;
    if (hold) runner.press(id, 'button');
  };
  const up = () => runner.release(id);
  return {
    onClick: () => {
      if (!heldDown.current) runner.press(id, 'button');
      heldDown.current = false;
    },
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0) down();
    },
    onPointerUp: up,
    onPointerLeave: up,
    onPointerCancel: up,
    onBlur: up,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      // A held Enter would click again and again.
      if (event.repeat || hold) event.preventDefault();
      if (!event.repeat) down();
    },
    onKeyUp: up,
  };
}

export function isHold(view: ActionView): boolean {
  return view.kind === 'holding' || pressOf(view)?.gesture.kind === 'hold';
}

/** One transport button in whatever state it is. */
export function ActionButton({
  id,
  moment,
  name,
  children,
}: {
  id: ActionId;
  moment: Moment;
  name?: string;
  children?: ReactNode;
}) {
  const view = actionView(id, moment);
  return <ActionFace id={id} view={view} name={name ?? null} extra={children} />;
}

/** The same, where nothing else of the moment is drawn around it: it draws itself anew when the act stands differently, and only then. */
export function OwnActionButton({ id, name }: { id: ActionId; name?: string }) {
  const moment = useMomentFor(
    1_000,
    useCallback((at: Moment) => actionView(id, at), [id]),
  );
  return moment === null ? null : <ActionFace id={id} view={actionView(id, moment)} name={name ?? null} extra={null} />;
}

function ActionFace({
  id,
  view,
  name,
  extra,
}: {
  id: ActionId;
  view: ActionView;
  name: string | null;
  extra: ReactNode;
}) {
  const presses = usePresses(id, isHold(view));
  const pressable = pressOf(view) !== null || view.kind === 'holding';
  const reason = 'reason' in view ? view.reason : view.say;
  const chord = chordFor(id);
  return (
    <button
      type="button"
      className={button.button}
      data-kind={view.kind}
      data-action={id}
      aria-disabled={!pressable}
      aria-label={`${name ?? view.word}: ${reason}`}
      aria-keyshortcuts={ariaChords(id)}
      title={chord === null ? reason : `${reason} (${chord})`}
      {...presses}
    >
      <b>{view.word}</b>
      <small>{view.say}</small>
      {extra}
      {view.kind === 'holding' ? (
        <i
          className={button.fill}
          aria-hidden="true"
          style={{ animationDuration: `${Math.round(view.leftMs / Math.max(0.01, 1 - view.share))}ms` }}
        />
      ) : null}
    </button>
  );
}
