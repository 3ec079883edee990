import { useEffect, useId, useRef } from 'react';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import { ageInSeconds } from '../../ui/format.ts';
import { Ring } from '../../ui/ring.tsx';
import text from '../../ui/text.module.css';
import { useDesk, useDeskData, useWindowData } from '../context/desk-context.tsx';
import { KeysOff } from '../shortcuts/keys-off.tsx';
import styles from './palette.module.css';
import { isBlocked, type PaletteItem } from './palette-items.ts';
import { type Palette as PaletteState, usePalette } from './use-palette.ts';

/** One field that finds acts, screens, cues and questions. A combobox: the focus stays in it, and the list says which line is meant. */
export function Palette() {
  const { window: win } = useDesk();
  const close = () => win.setState((data) => (data.overlay === 'palette' ? { overlay: null } : {}));
  const palette = usePalette(close);
  const listId = useId();
  const holds = useWindowData((data) => data.holding !== null);
  const { items, active, query } = palette;
  const place = (item: PaletteItem) => `${listId}${items.indexOf(item)}`;
  return (
    <Dialog title="Find" onClose={close}>
      <input
        type="text"
        dir="auto"
        role="combobox"
        aria-label="Find an act, a screen, a cue or a question"
        aria-expanded={items.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={active ? place(active) : undefined}
        placeholder="Act, screen, cue or question"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => palette.ask(event.target.value)}
        onKeyDown={palette.onKeyDown}
        onKeyUp={palette.onKeyUp}
        onBlur={palette.release}
      />
      <div className={styles.found} id={listId} role="listbox" aria-label="Found">
        <Groups palette={palette} place={place} />
      </div>
      {items.length === 0 ? <p>Nothing is called that.</p> : null}
      <p className={dialog.foot}>
        <KeysOff />
        <span>
          <kbd className={text.key}>↑</kbd> <kbd className={text.key}>↓</kbd> choose{' '}
          <kbd className={text.key}>Enter</kbd> do <kbd className={text.key}>Esc</kbd> close
        </span>
      </p>
      <p className={text.spoken} role="status">
        {holds ? 'Keep holding' : query === '' ? '' : `${items.length} found`}
      </p>
    </Dialog>
  );
}

function Groups({ palette, place }: { palette: PaletteState; place: (item: PaletteItem) => string }) {
  const names = [...new Set(palette.items.map(({ group }) => group))];
  return names.map((name) => (
    // biome-ignore lint/a11y/useSemanticElements: a group of options, for which HTML has no element outside of select
    <div key={name} role="group" aria-label={name}>
      <div className={classes(text.label, styles.label)} aria-hidden="true">
        {name}
      </div>
      {palette.items
        .filter(({ group }) => group === name)
        .map((item) => (
          <Line key={item.id} item={item} place={place(item)} palette={palette} />
        ))}
    </div>
  ));
}

function Line({ item, place, palette }: { item: PaletteItem; place: string; palette: PaletteState }) {
  const isActive = palette.active?.id === item.id;
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) line.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  const blocked = isBlocked(item);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the focus and the keys
    // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant stands for the focus
    <div
      ref={line}
      id={place}
      className={styles.line}
      role="option"
      aria-selected={isActive}
      aria-disabled={blocked}
      data-item={item.id}
      onPointerDown={(event) => {
        // The focus stays in the field.
        event.preventDefault();
        palette.choose(item.id);
        if (event.button === 0) palette.press(item);
      }}
      onPointerUp={palette.release}
      onPointerLeave={palette.release}
      onPointerCancel={palette.release}
    >
      <b className={text.oneLine} dir="auto">
        {item.title}
      </b>
      <span className={blocked ? classes(styles.why, text.oneLine) : text.oneLine} dir="auto" title={item.detail}>
        {item.detail}
      </span>
      <How item={item} isActive={isActive} />
    </div>
  );
}

/** How it is done: held, asked, or its chord. */
function How({ item, isActive }: { item: PaletteItem; isActive: boolean }) {
  const { does } = item;
  const holding = useWindowData((data) => data.holding);
  const nowMs = useDeskData((data) => data.localNowMs);
  if (does.kind === 'act' && holding !== null && holding.actionId === does.action) {
    const leftMs = Math.max(0, holding.holdMs - (nowMs - holding.startedAtMs));
    return (
      <span className={classes(styles.how, styles.held)}>
        <Ring share={1 - leftMs / holding.holdMs} look="hold" />
        keep holding: {ageInSeconds(leftMs)}
      </span>
    );
  }
  const words = does.kind === 'act' ? PRESSES[does.press.kind] : '';
  return (
    <span className={styles.how}>
      {isActive ? words : null}
      {item.chord === null ? null : <kbd className={text.key}>{item.chord}</kbd>}
    </span>
  );
}

const PRESSES = { tap: '', ask: 'asks first', hold: 'hold Enter', blocked: 'not now' } as const;
