/** What the palette's keys do: choose a line, do what it stands for, hold what must be held. */
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ActionId } from '../actions/acts.ts';
import { useDesk, useMoment } from '../context/desk-context.tsx';
import type { WindowData } from '../store/window-store.ts';
import { found, type PaletteItem, paletteItems } from './palette-items.ts';

const PAGE = 6;
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE };

export interface Palette {
  query: string;
  items: readonly PaletteItem[];
  /** The line that Enter is about; null when nothing was found. */
  active: PaletteItem | null;
  ask(query: string): void;
  choose(id: string): void;
  /** Enter or a finger goes down on a line, and comes up. */
  press(item: PaletteItem): void;
  release(): void;
  onKeyDown(event: KeyboardEvent): void;
  onKeyUp(event: KeyboardEvent): void;
}

export function usePalette(close: () => void): Palette {
  const { runner, window: win } = useDesk();
  const moment = useMoment(100);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const items = useMemo(() => found(paletteItems(moment), query), [moment, query]);
  const active = items.find(({ id }) => id === chosen) ?? items[0] ?? null;

  /** The act that was pressed here; what is held on a button or by a chord is no business of the palette. */
  const pressed = useRef<ActionId | null>(null);
  const release = useCallback(() => {
    if (pressed.current !== null) runner.release(pressed.current);
    pressed.current = null;
  }, [runner]);
  // A window that loses the focus never hears the key go up.
  useEffect(() => {
    window.addEventListener('blur', release);
    return () => {
      window.removeEventListener('blur', release);
      release();
    };
  }, [release]);

  const leave = (change: Partial<WindowData>) => {
    close();
    win.setState(change);
  };
  const press = ({ does }: PaletteItem) => {
    switch (does.kind) {
      case 'place':
        return leave(does.to);
      case 'cue':
        return leave({ screen: 'producer', selected: does.cueId });
      case 'question':
        return leave({ question: does.question });
      case 'overlay':
        return leave({ overlay: does.overlay });
      case 'act': {
        const leastMs = does.press.kind === 'hold' ? does.press.holdMs : 0;
        pressed.current = does.action;
        // A blocked act goes through the runner as well: it sends nothing and writes the reason into the strip.
        void runner.hold(does.action, 'palette', leastMs).then((done) => {
          if (done) close();
        });
      }
    }
  };
  const move = (by: number) => {
    if (items.length === 0) return;
    release();
    const at = items.findIndex(({ id }) => id === active?.id);
    // One step goes round the ends, a page stops there.
    const next = Math.abs(by) === 1 ? (at + by + items.length) % items.length : at + by;
    setChosen(items[Math.min(items.length - 1, Math.max(0, next))]?.id ?? null);
  };

  return {
    query,
    items,
    active,
    ask(text) {
      release();
      setQuery(text);
      setChosen(null);
    },
    choose: setChosen,
    press,
    release,
    onKeyDown(event) {
      // The keys of the desk have been here before: Ctrl+Enter, say, is GO and off while typing.
      if (event.defaultPrevented) return;
      const step = STEPS[event.key];
      if (step !== undefined) {
        event.preventDefault();
        move(step);
      } else if (event.key === 'Enter') {
        event.preventDefault();
        if (!event.repeat && active !== null) press(active);
      }
    },
    onKeyUp(event) {
      if (event.key === 'Enter') release();
    },
  };
}
