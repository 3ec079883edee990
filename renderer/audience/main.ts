import './style.css';
import { browserEnv } from './browser-env.ts';
import { render } from './render.ts';
import { createSession } from './session.ts';
import { createStore } from './store.ts';
import { viewOf } from './view-model.ts';

/** Countdown and ages move with this; every change of the model draws at once besides. */
const TICK_MS = 250;
/** Wall clock and monotonic clock drift apart by more than this only when the device slept or was set. */
const SLEPT_MS = 1_000;

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
const env = browserEnv();
const session = createSession({
  env,
  store: createStore(() => localStorage),
  code: new URLSearchParams(location.search).get('code'),
  changed: draw,
});

let drawPlanned = false;
function draw(): void {
  if (drawPlanned) return;
  drawPlanned = true;
  queueMicrotask(() => {
    drawPlanned = false;
    if (root !== null) render(root, viewOf(session.model(), env.nowMs()), session);
  });
}

let clockGapMs = Date.now() - env.nowMs();
function slept(): boolean {
  const gapMs = Date.now() - env.nowMs();
  const jumped = Math.abs(gapMs - clockGapMs) > SLEPT_MS;
  clockGapMs = gapMs;
  return jumped;
}

setInterval(() => {
  if (slept()) session.checkNow(true);
  if (!document.hidden) draw();
}, TICK_MS);
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  session.checkNow(slept());
  draw();
});
window.addEventListener('online', () => session.networkBack());
window.addEventListener('offline', () => session.checkNow(false));
window.addEventListener('storage', () => session.storageChanged());

draw();
session.start();
