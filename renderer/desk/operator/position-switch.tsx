import { type KeyboardEvent, useRef } from 'react';
import { usePresses } from '../parts/action-button.tsx';
import type { PositionOption, SwitchRow } from './board-view.ts';
import styles from './position-switch.module.css';

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/**
 * Auto, pin on, pin off. Arrows only move the focus: a position is set by Space, Enter or a click, because setting one asks
 * for a reason and reaches every viewer.
 */
export function PositionSwitch({ row }: { row: SwitchRow }) {
  const group = useRef<HTMLSpanElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const radios = [...(group.current?.querySelectorAll<HTMLElement>('[role="radio"]') ?? [])];
    const here = radios.indexOf(document.activeElement as HTMLElement);
    radios[(here + step + radios.length) % radios.length]?.focus();
  };
  return (
    <span
      ref={group}
      className={styles.positions}
      role="radiogroup"
      aria-label={`Position of ${row.name}`}
      onKeyDown={onKeyDown}
    >
      {row.positions.map((option) => (
        <Position key={option.position} option={option} />
      ))}
    </span>
  );
}

function Position({ option }: { option: PositionOption }) {
  const { action, position, label, checked, say, pressable } = option;
  const presses = usePresses(action, false);
  const pinned = checked && position !== 'auto';
  return (
    // biome-ignore lint/a11y/useSemanticElements: an input would set a position by every arrow
    <button
      type="button"
      role="radio"
      aria-checked={checked}
      aria-disabled={!pressable && !checked}
      aria-label={`${label}: ${say}`}
      title={say}
      tabIndex={checked ? 0 : -1}
      className={pinned ? styles.pinned : undefined}
      // What is so already needs no answer.
      {...(checked && !pressable ? {} : presses)}
    >
      {label}
    </button>
  );
}
