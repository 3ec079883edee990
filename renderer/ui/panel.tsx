import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './panel.module.css';
import text from './text.module.css';

export type PanelState =
  | { kind: 'fresh' }
  /** The values are old: greyed and hatched, with their age in the head. */
  | { kind: 'stale'; age: string }
  /** Asked for, and nothing has come yet. */
  | { kind: 'loading' }
  /** The core can't be reached; what is drawn is the last that came. */
  | { kind: 'no-link'; since: string }
  | { kind: 'error' };

export interface PanelProps {
  name: string;
  /** The panel's own look, where it has one. */
  className?: string | undefined;
  state: PanelState;
  head: ReactNode;
  /** Ends the head: the age of the data, or what else belongs there. */
  age: ReactNode;
  children: ReactNode;
}

export function Panel({ name, className, state, head, age, children }: PanelProps) {
  return (
    <section
      className={classes(styles.panel, className)}
      aria-label={name}
      aria-busy={state.kind === 'loading' || undefined}
      data-panel={state.kind}
    >
      <header>
        {head}
        <span className={styles.age}>{ageOf(state) ?? age}</span>
      </header>
      {children}
    </section>
  );
}

function ageOf(state: PanelState): ReactNode {
  switch (state.kind) {
    case 'stale':
      return <b className={classes(text.warning, styles.warning)}>stale, {state.age} old</b>;
    case 'no-link':
      return <b className={classes(text.warning, styles.warning)}>no link for {state.since}</b>;
    default:
      return null;
  }
}

/** What stands in a panel that has nothing to draw: nothing yet, nothing at all, or why not. `act` is what can be done about it. */
export function PanelMessage({
  title,
  children,
  warn,
  act,
}: {
  title: string;
  children: ReactNode;
  warn: boolean;
  act?: ReactNode;
}) {
  return (
    <div className={styles.message} data-message={warn ? 'warn' : 'plain'}>
      <b className={warn ? classes(text.warning, styles.warning) : undefined}>{title}</b>
      <span>{children}</span>
      {act}
    </div>
  );
}

/** Where figures will stand: the shape of what has been asked for. `lines` grey bars and a block. */
export function PanelLoading({ lines }: { lines: number }) {
  return (
    <div className={styles.loadingShape}>
      <span className={text.spoken}>Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars never change places
        <i key={line} aria-hidden="true" />
      ))}
    </div>
  );
}
