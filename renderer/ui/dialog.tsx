import { type ReactNode, useEffect, useId, useRef } from 'react';
import styles from './dialog.module.css';

/**
 * A question in the middle of the window. It is not modal: it never stands over transport or the top bar, and both stay
 * usable beside it.
 */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const titleId = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const find = (what: string) => box.current?.querySelector<HTMLElement>(what);
    (find('[data-first]') ?? find('input, textarea, button'))?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div
      ref={box}
      className={styles.dialog}
      role="dialog"
      aria-labelledby={titleId}
      onKeyDown={(event) => {
        // Only the question goes away; nothing on air listens to Esc.
        if (event.key === 'Escape') {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
    </div>
  );
}
