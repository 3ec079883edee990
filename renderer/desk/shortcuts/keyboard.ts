/** Binds the registry to the page. */
import type { Runner } from '../actions/runner.ts';
import { cueStepped } from '../actions/select-cue.ts';
import { type DeskStore, remarked } from '../store/desk-store.ts';
import type { WindowStore } from '../store/window-store.ts';
import { decideKey, endsHold, takesText } from './key-decision.ts';
import { chordFor, type ShortcutAct } from './registry.ts';

export function bindKeyboard(
  page: Window,
  parts: { desk: DeskStore; window: WindowStore; runner: Runner },
): () => void {
  const { desk, window: win, runner } = parts;
  let held: Extract<ShortcutAct, { kind: 'action' }> | null = null;

  const inText = () => takesText(page.document.activeElement as HTMLInputElement | null);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      leaveOverlay();
      return;
    }
    const decision = decideKey(event, { typing: inText(), screen: win.getState().screen });
    if (decision.kind === 'ignore') return;
    // Also keeps Enter from clicking the button in focus, F1 from opening help and F12 the developer tools.
    event.preventDefault();
    if (decision.kind === 'press') perform(decision.act);
    if (decision.kind === 'off') sayOff(decision.shortcut.act);
  };
  const perform = (act: ShortcutAct) => {
    switch (act.kind) {
      case 'action':
        held = act;
        runner.press(act.action, 'key');
        return;
      case 'place':
        win.setState(act.to);
        return;
      case 'select':
        win.setState((data) => cueStepped(data, desk.getState().show?.state ?? null, act.step));
        return;
      case 'overlay':
        win.setState((data) => ({ overlay: data.overlay === act.overlay ? null : act.overlay }));
        return;
      case 'find':
        page.document.querySelector<HTMLInputElement>('[data-find]')?.select();
    }
  };
  /** A press that does nothing must not look like one that was lost. */
  const sayOff = (act: ShortcutAct) => {
    const name = act.kind === 'action' ? `${chordFor(act.action) ?? ''} not sent` : 'Nothing done';
    desk.setState((data) => remarked(data, `${name}: shortcuts are off while a text field has the focus`));
  };
  /** Esc closes what lies over the window, wherever the focus is, unless a question has it: then that is what Esc is for. */
  const leaveOverlay = () => {
    const inQuestion = page.document.activeElement?.closest('[data-questions]') != null;
    if (!inQuestion && win.getState().overlay !== null) win.setState({ overlay: null });
  };
  const letGo = () => {
    if (held !== null) runner.release(held.action);
    held = null;
  };
  const onKeyUp = (event: KeyboardEvent) => {
    if (held !== null && endsHold(held, event)) letGo();
  };
  const onFocus = () => win.setState({ typing: inText() });
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
