import { type ReactNode, useState } from 'react';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import { KeysOff } from '../shortcuts/keys-off.tsx';
import { isTyped } from './confirm-rules.ts';

export interface TypeToConfirmProps {
  title: string;
  /** What it does and to what, and what follows. */
  children: ReactNode;
  wanted: string;
  act: string;
  onConfirm: () => void;
  onClose: () => void;
}

export function TypeToConfirm({ title, children, wanted, act, onConfirm, onClose }: TypeToConfirmProps) {
  const [typed, setTyped] = useState('');
  const ready = isTyped(typed, wanted);
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onConfirm();
        }}
      >
        <label>
          <span>
            Type <strong dir="auto">{wanted}</strong> to confirm
          </span>
          <input
            type="text"
            dir="auto"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
          <KeysOff />
        </label>
        <div className={dialog.acts}>
          <button type="button" className={classes(button.button, button.plain)} onClick={onClose}>
            <b>Leave it</b>
          </button>
          <button
            type="submit"
            className={classes(button.button, button.plain)}
            data-kind={ready ? 'ready' : 'blocked'}
            aria-disabled={!ready}
          >
            <b>{act}</b>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
