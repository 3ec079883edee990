import { ActionButton } from '../actions/action-button.tsx';
import { nextCue } from '../actions/subjects.ts';
import { cueName } from '../commands/labels.ts';
import { useDesk, useDeskData, useMoment, useWindowData } from '../desk-context.tsx';
import type { Screen } from '../store/window-store.ts';
import './strip.css';
import { lastLine } from './strip-view.ts';

const SCREENS: readonly { screen: Screen; key: string; name: string }[] = [
  { screen: 'producer', key: 'F1', name: 'Producer' },
  { screen: 'director', key: 'F2', name: 'Director' },
  { screen: 'operator', key: 'F3', name: 'Operator' },
  { screen: 'log', key: 'F4', name: 'Log' },
  { screen: 'settings', key: 'F6', name: 'Settings' },
];

/** Screens, the last command with its answer, the keys that matter, and CLEAR AIR: the same on every screen. */
export function Strip() {
  return (
    <footer className="strip">
      <Screens />
      <LastCommand />
      <Keys />
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
      <span className="ell" title={line.kind === 'none' ? undefined : line.text}>
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
        <kbd className="key">Num Enter</kbd> {what}
      </span>
      <span className={`cell switch ${typing ? 'warn' : ''}`} role="status">
        {typing ? 'Shortcuts off: typing' : 'Shortcuts on'}
      </span>
    </>
  );
}

function ClearAir() {
  const held = useWindowData((data) => data.holding?.actionId === 'clear');
  const moment = useMoment(held ? 100 : 1_000);
  return <span className="clear">{moment ? <ActionButton id="clear" moment={moment} /> : null}</span>;
}
