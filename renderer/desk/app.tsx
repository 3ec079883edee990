import { type ReactNode, useEffect } from 'react';
import { classes } from '../ui/classes.ts';
import screen from '../ui/screen.module.css';
import text from '../ui/text.module.css';
import styles from './app.module.css';
import { useDesk, useDeskData, useWindowData } from './context/desk-context.tsx';
import { Questions } from './dialogs/questions.tsx';
import { DirectorScreen } from './director/director-screen.tsx';
import { CueInFocus } from './focus/cue-in-focus.tsx';
import { ForecastPanel } from './focus/forecast-panel.tsx';
import { LogScreen } from './log/log-screen.tsx';
import { JournalBar } from './notice-bars/journal-bar.tsx';
import { LinkBar } from './notice-bars/link-bar.tsx';
import { RehearsalBar } from './notice-bars/rehearsal-bar.tsx';
import { OperatorScreen } from './operator/operator-screen.tsx';
import { Overlays } from './palette/overlays.tsx';
import { Rundown } from './rundown/rundown.tsx';
import { SessionScreen } from './session-screen.tsx';
import { SettingsScreen } from './settings/settings-screen.tsx';
import type { Screen } from './store/window-store.ts';
import { Strip } from './strip/strip.tsx';
import { Toasts } from './toasts/toasts.tsx';
import { TopBar } from './top-bar/top-bar.tsx';
import { Transport } from './transport/transport.tsx';
import { busyRuns } from './words/busy-runs.ts';

export function App() {
  const session = useDeskData((data) => data.session);
  const mode = useDeskData((data) => data.show?.state.show.mode ?? null);
  const screen = useWindowData((data) => data.screen);
  useQuitGuard();
  const known = useDeskData((data) => data.show !== null);
  if (!known && session.kind !== 'open') {
    return (
      <>
        <SessionScreen session={session} />
        <div className={styles.floating}>
          <Questions />
        </div>
      </>
    );
  }
  return (
    <div className={mode === 'rehearsal' ? classes(styles.desk, styles.rehearsal) : styles.desk}>
      <TopBar />
      <ScreenShown screen={screen} />
      <Overlays />
      <Strip />
      {screen === 'producer' ? null : (
        <div className={classes(styles.floating, styles[`on-${screen}`])}>
          <Lane />
        </div>
      )}
    </div>
  );
}

/** What each screen draws. */
const DRAWN: Readonly<Record<Screen, () => ReactNode>> = {
  producer: ProducerScreen,
  director: DirectorScreen,
  operator: OperatorScreen,
  log: LogScreen,
  settings: SettingsScreen,
};

function ScreenShown({ screen }: { screen: Screen }) {
  const Drawn = DRAWN[screen];
  return <Drawn />;
}

function ProducerScreen() {
  return (
    <main className={classes(screen.screen, styles.producer)}>
      <h1 className={text.spoken}>Producer</h1>
      <Rundown />
      <div className={styles.middle}>
        <CueInFocus />
        <ForecastPanel />
      </div>
      <div className={styles.lane}>
        <Lane />
      </div>
      <Transport />
    </main>
  );
}

/** What comes and goes: it lies over the middle column, so that nothing else moves. */
function Lane() {
  return (
    <>
      <RehearsalBar />
      <LinkBar />
      <JournalBar />
      <Questions />
      <Toasts />
    </>
  );
}

/** Tells Electron how much is at stake, and asks when it wants to quit. */
function useQuitGuard(): void {
  const { bridge, window: win } = useDesk();
  const busy = useDeskData((data) => (data.show === null ? null : busyRuns(data.show.state.cues).length));
  useEffect(() => {
    if (busy !== null) bridge?.setBusyRuns(busy);
  }, [bridge, busy]);
  useEffect(() => bridge?.onQuitAsked(() => win.setState({ question: { kind: 'quit' } })), [bridge, win]);
  useEffect(
    () =>
      win.subscribe((now, before) => {
        // However the question goes away, by its button, Esc or another question: without a yes it is a no.
        if (before.question?.kind === 'quit' && now.question?.kind !== 'quit') bridge?.quitAnswer(false);
      }),
    [bridge, win],
  );
}
