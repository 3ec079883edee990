/** Draws the desk in one state, named in the address's fragment: for screenshots and for accessibility checks. Nothing moves and nothing is sent. */
import '@fontsource-variable/inter/wght.css';
import '../../../ui/base.css';
import { createRoot } from 'react-dom/client';
import { App } from '../../app.tsx';
import { DeskProvider } from '../../context/desk-context.tsx';
import { sceneDesk } from './scene-desk.ts';
import { SCENES } from './scene-list.ts';

const name = decodeURIComponent(window.location.hash.slice(1));
const scene = SCENES.find((one) => one.name === name);
const root = document.getElementById('desk');
if (!root) throw new Error('the page has no place for the desk');
if (!scene) throw new Error(`there is no scene “${name}”`);
createRoot(root).render(
  <DeskProvider desk={sceneDesk(scene)}>
    <App />
  </DeskProvider>,
);
