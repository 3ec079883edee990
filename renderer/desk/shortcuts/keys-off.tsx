import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import text from '../../ui/text.module.css';
import { useWindowData } from '../context/desk-context.tsx';

/** Under a text field: the desk's keys are off while one types in it. The strip says so too, and aloud; its room is kept. */
export function KeysOff() {
  const typing = useWindowData((data) => data.typing);
  return (
    <span
      className={typing ? classes(dialog.keysOff, text.warning, dialog.warning) : dialog.keysOff}
      aria-hidden="true"
    >
      Shortcuts off: typing. Esc closes this.
    </span>
  );
}
