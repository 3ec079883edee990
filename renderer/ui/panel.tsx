import type { ReactNode } from 'react';
import './panel.css';

export type PanelState =
  | { kind: 'fresh' }
  /** The values are old: greyed and hatched, with their age in the head. */
  | { kind: 'stale'; age: string }
  | { kind: 'error' };

export interface PanelProps {
  name: string;
  /** The panel's own look, where it has one. */
  className?: string;
  state: PanelState;
  head: ReactNode;
  /** Ends the head: the age of the data, or what else belongs there. */
  age: ReactNode;
  children: ReactNode;
}

export function Panel({ name, className, state, head, age, children }: PanelProps) {
  return (
    <section className={['panel', `panel-${state.kind}`, className ?? ''].join(' ').trim()} aria-label={name}>
      <header>
        {head}
        <span className="age">{state.kind === 'stale' ? <b className="warn">stale, {state.age} old</b> : age}</span>
      </header>
      {children}
    </section>
  );
}

/** What stands in a panel that has nothing to draw: nothing yet, nothing at all, or why not. */
export function PanelMessage({ title, children, warn }: { title: string; children: ReactNode; warn: boolean }) {
  return (
    <div className="panel-message">
      <b className={warn ? 'warn' : ''}>{title}</b>
      <span>{children}</span>
    </div>
  );
}
