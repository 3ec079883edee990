/** Binds the registry to the page. */
import type { Runner } from '../actions/runner.ts';
import { cueStepped } from '../actions/select-cue.ts';
import type { DeskStore } from '../store/desk-store.ts';
import type { WindowStore } from '../store/window-store.ts';
import { decideKey, endsHold, takesText } from './key-decision.ts';
import type { ShortcutAct } from './registry.ts';

export function bindKeyboard(
  page: Window,
  parts: { desk: DeskStore; window: WindowStore; runner: Runner },
): () => void {
  const { desk, window: win, runner } = parts;
  let held: Extract<ShortcutAct, { kind: 'action' }> | null = null;

  const onKeyDown = (event: KeyboardEvent) => {
    const decision = decideKey(event, { typing: takesText(page.document.activeElement as HTMLInputElement | null) });
    if (decision.kind === 'ignore') return;
    // On other screens the arrows scroll.
    if (decision.kind === 'press' && decision.act.kind === 'select' && win.getState().screen !== 'producer') return;
    // Also keeps Enter from clicking the button in focus, F1 from opening help and F12 the developer tools.
    event.preventDefault();
    if (decision.kind === 'press') perform(decision.act);
  };
  const perform = (act: ShortcutAct) => {
    switch (act.kind) {
      case 'action':
        held = act;
        runner.press(act.action, 'key');
        return;
      case 'screen':
        win.setState({ screen: act.screen });
        return;
      case 'select':
        win.setState((data) => cueStepped(data, desk.getState().show?.state ?? null, act.step));
    }
  };
  const letGo = () => {
    if (held !== null) runner.release(held.action);
    held = null;
  };
  const onKeyUp = (event: KeyboardEvent) => {
    if (held !== null && endsHold(held, event)) letGo();
  };
  const onFocus = () => win.setState({ typing: takesText(page.document.activeElement as HTMLInputElement | null) });
  // Chromium moves the focus before it tells; a turn later the new element is known.
  const onBlur = () => page.setTimeout(onFocus, 0);

  page.addEventListener('keydown', onKeyDown, { capture: true });
  page.addEventListener('keyup', onKeyUp, { capture: true });
  page.addEventListener('focusin', onFocus);
  page.addEventListener('focusout', onBlur);
  // A window that loses the focus never hears the key go up; nothing may go on being held.
  page.addEventListener('blur', letGo);
  return () => {
    page.removeEventListener('keydown', onKeyDown, { capture: true });
    page.removeEventListener('keyup', onKeyUp, { capture: true });
    page.removeEventListener('focusin', onFocus);
    page.removeEventListener('focusout', onBlur);
    page.removeEventListener('blur', letGo);
  };
}
