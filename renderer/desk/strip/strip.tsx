import { Keyboard, Search } from 'lucide-react';
import { AlarmsButton } from '../alarms/alarms-button.tsx';
import { useDesk, useDeskData, useMoment, useWindowData } from '../context/desk-context.tsx';
import { ActionButton } from '../parts/action-button.tsx';
import { ariaOverlay, overlayChord } from '../shortcuts/registry.ts';
import { SoundButton } from '../sounds/sound-button.tsx';
import type { Overlay } from '../store/window-store.ts';
import { cueName } from '../words/labels.ts';
import { nextCue } from '../words/subjects.ts';
import './strip.css';
import { SCREENS } from '../words/screens.ts';
import { lastLine } from './strip-view.ts';

/** Screens, alarms, the last command with its answer, the keys that matter, and CLEAR AIR: the same on every screen. */
export function Strip() {
  return (
    <footer className="strip">
      <Screens />
      <AlarmsButton />
      <LastCommand />
      <Keys />
      <span className="tools">
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
  const last = useDeskData((data) => data.last);
  const commands = useDeskData((data) => data.commands);
  const line = lastLine({ last, commands });
  return (
    <span className={`cell last last-${line.kind}`} role="status">
      <span className="ell" dir="auto" title={line.kind === 'none' ? undefined : line.text}>
        {line.kind === 'none' ? 'No command sent yet' : line.text}
      </span>
    </span>
  );
}

function Keys() {
  const typing = useWindowData((data) => data.typing);
  const moment = useMoment(1_000);
  const next = moment ? nextCue(moment.show, moment.window.selected) : null;
  const what = moment && next?.kind === 'armed' ? `GO ${cueName(moment.show.cues, next.cue.id)}` : 'GO';
  return (
    <>
      <span className="cell keys">
        <kbd className="key">F12</kbd>
        <span className="wide-only">
          <kbd className="key">Num Enter</kbd>
        </span>{' '}
        {what}
      </span>
      <span className={`cell switch ${typing ? 'warn' : ''}`} role="status">
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
      className="tool"
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

function ClearAir() {
  const held = useWindowData((data) => data.holding?.actionId === 'clear');
  const moment = useMoment(held ? 100 : 1_000);
  return <span className="clear">{moment ? <ActionButton id="clear" moment={moment} /> : null}</span>;
}
