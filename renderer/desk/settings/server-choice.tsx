import { type FormEvent, useId, useState } from 'react';
import type { HostState } from '../../../shared/protocol/bridge.ts';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import text from '../../ui/text.module.css';
import { useDesk } from '../context/desk-context.tsx';
import styles from './settings.module.css';
import { hostOf } from './settings-view.ts';

type Trying = { kind: 'no' } | { kind: 'connecting' } | { kind: 'refused'; message: string };

/** The way to another machine's server, and back. */
export function ServerChoice({ state }: { state: HostState['server'] }) {
  const { bridge } = useDesk();
  const fieldId = useId();
  const hintId = useId();
  const [link, setLink] = useState('');
  const [trying, setTrying] = useState<Trying>({ kind: 'no' });
  if (bridge === null) return null;

  const failed = (error: unknown) =>
    setTrying({ kind: 'refused', message: error instanceof Error ? error.message : String(error) });
  const connect = (event: FormEvent) => {
    event.preventDefault();
    if (trying.kind === 'connecting') return;
    setTrying({ kind: 'connecting' });
    bridge
      .connectTo(link)
      // Where it worked, this page is being loaded anew for the other server.
      .then((outcome) =>
        outcome.kind === 'refused' ? setTrying({ kind: 'refused', message: outcome.message }) : undefined,
      )
      .catch(failed);
  };
  return (
    <form className={styles.serverChoice} onSubmit={connect}>
      {state.remote === null ? null : (
        <div className={styles.acts}>
          <button
            type="button"
            className={classes(button.button, button.plain)}
            onClick={() => bridge.backToOwnServer().catch(failed)}
          >
            <b>Back to this machine’s server</b>
          </button>
          <span className={classes(text.label, styles.label)}>
            {hostOf(state.remote)} and its show go on without this desk.
          </span>
        </div>
      )}
      <label htmlFor={fieldId}>Link of another server</label>
      <div className={styles.acts}>
        <input
          id={fieldId}
          type="text"
          value={link}
          placeholder={`${state.lastRemote ?? 'http://192.0.2.7:4310'}/#code=…`}
          spellCheck={false}
          autoComplete="off"
          aria-describedby={hintId}
          onChange={(event) => setLink(event.target.value)}
        />
        <button
          type="submit"
          className={classes(button.button, button.plain)}
          aria-disabled={link.trim() === '' || trying.kind === 'connecting'}
        >
          <b>{trying.kind === 'connecting' ? 'Connecting…' : 'Connect'}</b>
        </button>
      </div>
      <p
        className={trying.kind === 'refused' ? classes(styles.note, text.warning, styles.warning) : styles.note}
        id={hintId}
        role={trying.kind === 'refused' ? 'alert' : undefined}
      >
        {trying.kind === 'refused' ? trying.message : hintOf(state)}
      </p>
    </form>
  );
}

function hintOf({ remote, keepsSession }: HostState['server']): string {
  const kept = keepsSession
    ? 'The desk comes back to it by itself after a restart.'
    : 'After a restart of this app a new link is needed: this system keeps no secrets.';
  const what =
    remote === null
      ? 'All windows of this desk go there; this machine’s server stays on, idle. Refused while anything is armed or on air here.'
      : 'Another link leads to yet another server.';
  return `The other server prints such a link when it starts; it works once. ${what} ${kept}`;
}
