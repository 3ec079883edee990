/** Draws the desk in one state, named in the address's fragment: for screenshots and for accessibility checks. Nothing moves and nothing is sent. */
import '@fontsource-variable/inter/wght.css';
import '../../../ui/base.css';
import { createRoot } from 'react-dom/client';
import { App } from '../../app.tsx';
import { DeskProvider } from '../../context/desk-context.tsx';
import { ticked, vitalsCame } from '../../store/desk-store.ts';
import { sceneDesk } from './scene-desk.ts';
import { SCENES } from './scene-list.ts';

const BEAT_MS = 200;

const name = decodeURIComponent(window.location.hash.slice(1));
const scene = SCENES.find((one) => one.name === name);
const root = document.getElementById('desk');
if (!root) throw new Error('the page has no place for the desk');
if (!scene) throw new Error(`there is no scene “${name}”`);
const desk = sceneDesk(scene);
/** As one beat of a core that has nothing new to tell: the same figures, a fifth of a second later. */
window.addEventListener('scene-beat', () =>
  desk.store.setState((data) => {
    const nowMs = data.localNowMs + BEAT_MS;
    if (data.vitals === null) return ticked(data, nowMs);
    const vitals = structuredClone(data.vitals.value);
    return vitalsCame(data, { ...vitals, serverNowMs: vitals.serverNowMs + BEAT_MS }, nowMs).data;
  }),
);
createRoot(root).render(
  <DeskProvider desk={desk}>
    <App />
  </DeskProvider>,
);
