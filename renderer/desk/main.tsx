/** Puts the desk together. */
import '@fontsource-variable/inter/wght.css';
import '../ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { labelOf } from './actions/command-words.ts';
import { createRunner } from './actions/runner.ts';
import { App } from './app.tsx';
import { turnOf } from './audio/sound-turn.ts';
import { createSounds, wakeByGestures } from './audio/sounds.ts';
import { createSpeaker } from './audio/speaker.ts';
import { createEditQueue } from './commands/edit-queue.ts';
import { ANSWER_WITHIN_MS, createSender } from './commands/send-command.ts';
import { type Desk, DeskProvider } from './context/desk-context.tsx';
import { createHistory } from './history/history.ts';
import { bridgeLog } from './host/action-log.ts';
import { bridgeOf } from './host/bridge.ts';
import { createCoreLog, tabStorage } from './host/core-log.ts';
import { newCommandId } from './host/new-id.ts';
import { browserPage, browserSessions, electronSessions } from './host/session-source.ts';
import { createDeskLink } from './link/desk-link.ts';
import type { DeskLogs } from './logbook/desk-logs.ts';
import { createLogBook } from './logbook/log-book.ts';
import { bridgeReader, coreReader, journalReader } from './logbook/log-reader.ts';
import { browserWakeLock } from './settings/browser-wake-lock.ts';
import { followShow } from './settings/keep-awake.ts';
import { followScreen } from './settings/window-screen.ts';
import { bindKeyboard } from './shortcuts/keyboard.ts';
import { createDeskStore, noticeCame } from './store/desk-store.ts';
import { createPreferences, preferencesPage } from './store/preferences.ts';
import { keepToldAlarms } from './store/told-alarms.ts';
import { createWindowStore } from './store/window-store.ts';
import { pageClock as clock } from './time/local-clock.ts';

const bridge = bridgeOf(window);
const store = createDeskStore();
keepToldAlarms(store, () => window.sessionStorage);
const win = createWindowStore();
const sessions = bridge ? electronSessions(bridge) : browserSessions(browserPage(window));
const link = createDeskLink({ store, clock, sessions });
const history = createHistory({ desk: store, session: link.session });

/** Said once a minute at most: the show goes on without the logbook, but not unnoticed. */
function logbookTrouble(message: string): void {
  const atMs = Math.floor(clock.nowMs() / 60_000) * 60_000;
  store.setState((data) =>
    noticeCame(
      data,
      { code: 'logbook', level: 'warn', message: `The logbook does not answer: ${message}`, atMs },
      clock.nowMs(),
    ),
  );
}

/** In a browser the core keeps the desk's log. */
const coreLog = createCoreLog({
  give: (record) => link.record(record, ANSWER_WITHIN_MS),
  actor: () => link.session()?.me.actor ?? null,
  storage: tabStorage(window),
  onTrouble: logbookTrouble,
});
if (!bridge) {
  store.subscribe((data, before) => {
    if (data.link.kind === 'up' && before.link.kind !== 'up') coreLog.flush();
  });
}
const line = { store, session: link.session };
const logs: DeskLogs = {
  desk: createLogBook(bridge ? bridgeReader(bridge) : coreReader(line, coreLog)),
  show: createLogBook(journalReader(line)),
  deskNeedsLink: bridge === null,
};
const log = bridge ? bridgeLog(bridge, logbookTrouble) : coreLog;
const direct = createSender({ store, clock, line: link, log, newId: newCommandId, labelOf });
const sender = createEditQueue({ store, clock, sender: direct });
const runner = createRunner({ desk: store, window: win, sender, clock });
const preferences = createPreferences(preferencesPage(window));
const turn = turnOf(window, newCommandId());
const sounds = createSounds({ desk: store, preferences, speaker: createSpeaker(window), turn });
wakeByGestures(window, sounds);
bindKeyboard(window, { desk: store, window: win, runner });
// The server came back, or another one was started: no need to wait for the next turn.
bridge?.onServerStatus((status) => {
  if (status.kind !== 'running') return;
  const session = link.session();
  if (session !== null && session.deskUrl !== status.deskUrl) link.renew();
  else link.tryNow();
});
followScreen(window, win, bridge);
followShow(store, (awake) => (bridge ? bridge.setAwake(awake) : browserWakeLock().set(awake)));
history.start();
link.start();

const root = document.getElementById('desk');
if (!root) throw new Error('the page has no place for the desk');
const desk: Desk = { store, window: win, runner, link, history, logs, preferences, sounds, bridge };
createRoot(root).render(
  <StrictMode>
    <DeskProvider desk={desk}>
      <App />
    </DeskProvider>
  </StrictMode>,
);
