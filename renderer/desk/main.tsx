/** Puts the desk together. */
import '@fontsource-variable/inter/wght.css';
import '../ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createRunner } from './actions/runner.ts';
import { App } from './app.tsx';
import { createSender } from './commands/send-command.ts';
import { type Desk, DeskProvider } from './desk-context.tsx';
import { bridgeLog, NO_LOG } from './host/action-log.ts';
import { bridgeOf } from './host/bridge.ts';
import { newCommandId } from './host/new-id.ts';
import { browserPage, browserSessions, electronSessions } from './host/session-source.ts';
import { createDeskLink } from './link/desk-link.ts';
import { bindKeyboard } from './shortcuts/keyboard.ts';
import { createDeskStore, noticeCame } from './store/desk-store.ts';
import { createWindowStore } from './store/window-store.ts';
import { pageClock as clock } from './time/local-clock.ts';

const bridge = bridgeOf(window);
const store = createDeskStore();
const win = createWindowStore();
const sessions = bridge ? electronSessions(bridge) : browserSessions(browserPage(window));
const link = createDeskLink({ store, clock, sessions });

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

const log = bridge ? bridgeLog(bridge, logbookTrouble) : NO_LOG;
const sender = createSender({ store, clock, line: link, log, newId: newCommandId });
const runner = createRunner({ desk: store, window: win, sender, clock });
bindKeyboard(window, { desk: store, window: win, runner });
// The server came back, or another one was started: no need to wait for the next turn.
bridge?.onServerStatus((status) => {
  if (status.kind !== 'running') return;
  const session = link.session();
  if (session !== null && session.deskUrl !== status.deskUrl) link.renew();
  else link.tryNow();
});
link.start();

const root = document.getElementById('desk');
if (!root) throw new Error('the page has no place for the desk');
const desk: Desk = { store, window: win, runner, link, bridge };
createRoot(root).render(
  <StrictMode>
    <DeskProvider desk={desk}>
      <App />
    </DeskProvider>
  </StrictMode>,
);
