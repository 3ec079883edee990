import { Keyboard, Search } from 'lucide-react';
import { classes } from '../../ui/classes.ts';
import text from '../../ui/text.module.css';
import tool from '../../ui/tool-button.module.css';
import { actionView } from '../actions/action-view.ts';
import { AlarmsButton } from '../alarms/alarms-button.tsx';
import { useDesk, useDeskData, useMomentFor, useSame, useView, useWindowData } from '../context/desk-context.tsx';
import { ActionButton } from '../parts/action-button.tsx';
import { ariaOverlay, overlayChord } from '../shortcuts/registry.ts';
import { SoundButton } from '../sounds/sound-button.tsx';
import type { Moment } from '../store/moment.ts';
import type { Overlay } from '../store/window-store.ts';
import { cueName } from '../words/labels.ts';
import { SCREENS } from '../words/screens.ts';
import { nextCue } from '../words/subjects.ts';
import styles from './strip.module.css';
import { lastLine } from './strip-view.ts';

/** Screens, alarms, the last command with its answer, the keys that matter, and CLEAR AIR: the same on every screen. */
export function Strip() {
  return (
    <footer className={styles.strip}>
      <Screens />
      <AlarmsButton />
      <LastCommand />
      <Keys />
      <span className={styles.tools}>
        <OverlayButton overlay="palette" name="Find" />
        <OverlayButton overlay="keys" name="Keys" />
        <SoundButton />
      </span>
      <ClearAir />
    </footer>
  );
}

function Screens() {
  const { window: win } = useDesk();
  const shown = useWindowData((data) => data.screen);
  return (
    <nav aria-label="Screens">
      {SCREENS.map(({ screen, key, name }) => (
        <button
          key={screen}
          type="button"
          aria-current={screen === shown ? 'page' : undefined}
          aria-keyshortcuts={key}
          onClick={() => win.setState({ screen })}
        >
          <kbd>{key}</kbd>
          {name}
        </button>
      ))}
    </nav>
  );
}

function LastCommand() {
  const line = useDeskData(useSame(lastLine));
  return (
    <span className={classes(styles.cell, styles.last, styles[`last-${line.kind}`])} role="status" data-last-command>
      <span className={text.oneLine} dir="auto" title={line.kind === 'none' ? undefined : line.text}>
        {line.kind === 'none' ? 'No command sent yet' : line.text}
      </span>
    </span>
  );
}

function whatGoDoes({ show, window }: Moment): string {
  const next = nextCue(show, window.selected);
  return next.kind === 'armed' ? `GO ${cueName(show.cues, next.cue.id)}` : 'GO';
}

function Keys() {
  const typing = useWindowData((data) => data.typing);
  const what = useView(1_000, whatGoDoes) ?? 'GO';
  return (
    <>
      <span className={classes(styles.cell, styles.keys)}>
        <kbd className={text.key}>F12</kbd>
        <span className={text.roomy}>
          <kbd className={text.key}>Num Enter</kbd>
        </span>{' '}
        {what}
      </span>
      <span
        className={classes(
          styles.cell,
          styles.shortcutsState,
          typing ? classes(text.warning, styles.warning, tool.warning) : undefined,
        )}
        role="status"
        data-shortcuts
      >
        {typing ? 'Shortcuts off: typing' : 'Shortcuts on'}
      </span>
    </>
  );
}

/** Opens what lies over the middle, and closes it again. */
function OverlayButton({ overlay, name }: { overlay: Overlay; name: string }) {
  const { window: win } = useDesk();
  const open = useWindowData((data) => data.overlay === overlay);
  return (
    <button
      type="button"
      className={tool.tool}
      aria-label={name}
      aria-pressed={open}
      aria-keyshortcuts={ariaOverlay(overlay)}
      title={`${name} (${overlayChord(overlay)})`}
      onClick={() => win.setState({ overlay: open ? null : overlay })}
    >
      {overlay === 'keys' ? <Keyboard size={16} aria-hidden="true" /> : <Search size={16} aria-hidden="true" />}
    </button>
  );
}

const clearView = (moment: Moment) => actionView('clear', moment);

function ClearAir() {
  const held = useWindowData((data) => data.holding?.actionId === 'clear');
  const moment = useMomentFor(held ? 100 : 1_000, clearView);
  return <span className={styles.clearAir}>{moment ? <ActionButton id="clear" moment={moment} /> : null}</span>;
}
