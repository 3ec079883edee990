import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import text from '../../ui/text.module.css';
import { useDesk } from '../context/desk-context.tsx';
import { KeyList } from './key-list.tsx';
import { overlayChord } from './registry.ts';

/** All keys at a glance. The desk's keys work on beside it, GO too. */
export function CheatSheet() {
  const { window: win } = useDesk();
  const close = () => win.setState({ overlay: null });
  return (
    <Dialog title="Keys" onClose={close}>
      <KeyList />
      <p className={dialog.foot}>
        <span>
          They work beside this sheet too, and are off while a text field has the focus. A held key acts once; Esc never
          acts on the show.
        </span>
        <button
          type="button"
          className={classes(button.button, button.plain)}
          onClick={close}
          aria-keyshortcuts="Escape"
          data-first
        >
          <b>
            Close <kbd className={text.key}>{overlayChord('keys')}</kbd>
          </b>
        </button>
      </p>
    </Dialog>
  );
}
