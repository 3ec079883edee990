import { useState } from 'react';
import type { DeskScreen, DeskWindow, HostState } from '../../../shared/protocol/bridge.ts';
import { Role } from '../../../shared/protocol/commands.ts';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelLoading } from '../../ui/panel.tsx';
import text from '../../ui/text.module.css';
import { useDesk, useDeskData } from '../context/desk-context.tsx';
import { useHost } from '../context/host-state.ts';
import { copyText } from '../focus/copy-text.ts';
import { SCREENS } from '../words/screens.ts';
import { Facts } from './facts.tsx';
import styles from './settings.module.css';
import { fact, roleWords, youAre } from './settings-view.ts';
import { addressWith } from './window-screen.ts';

export function DesksPanel() {
  const host = useHost();
  const session = useDeskData((data) => data.session);
  const desks = useDeskData((data) => data.vitals?.value.desks ?? null);
  const show = useDeskData((data) => data.show?.state.show ?? null);
  const me = session.kind === 'open' ? session.me : null;
  return (
    <Panel
      name="Desks and windows"
      state={host.kind === 'loading' ? { kind: 'loading' } : { kind: 'fresh' }}
      head={<h2>Desks and windows</h2>}
      age={desks === null ? '' : `${desks} ${desks === 1 ? 'window is' : 'windows are'} connected`}
    >
      <div className={classes(panel.body, styles.body)}>
        <Facts facts={[youAre(me, show), fact('You may act as', me === null ? 'nobody' : roleWords(me.roles))]} />
        {host.kind === 'loading' ? <PanelLoading lines={2} /> : null}
        {host.kind === 'browser' ? <BrowserWindows /> : null}
        {host.kind === 'app' ? <AppWindows state={host.state} /> : null}
      </div>
    </Panel>
  );
}

function AppWindows({ state }: { state: HostState }) {
  const { bridge } = useDesk();
  return (
    <>
      <h3 className={classes(text.label, styles.label)}>Windows of this app</h3>
      <ul className={styles.windows}>
        {state.windows.map((window) => (
          <WindowLine key={window.id} window={window} onShow={() => bridge?.showWindow(window.id)} />
        ))}
      </ul>
      <h3 className={classes(text.label, styles.label)}>
        Open another window, on a display that has none where there is one
      </h3>
      <div className={styles.screens}>
        {SCREENS.map(({ screen, name }) => (
          <button
            key={screen}
            type="button"
            className={classes(button.button, button.plain)}
            aria-label={`New ${name} window`}
            onClick={() => bridge?.openWindow(screen)}
          >
            <b>{name}</b>
          </button>
        ))}
      </div>
      {state.server.remote === null ? (
        <BrowserLink />
      ) : (
        <p className={styles.note}>
          A link for a browser comes from the other server itself, while its server is in use here.
        </p>
      )}
      <p className={styles.note}>Windows, their screens and their places come back at the next start.</p>
    </>
  );
}

function WindowLine({ window, onShow }: { window: DeskWindow; onShow: () => void }) {
  const { screen, display, fullScreen, mine } = window;
  return (
    <li>
      <b>{nameOf(screen)}</b>
      <span className={text.oneLine}>
        {display}
        {fullScreen ? ', full screen' : ''}
      </span>
      {mine ? (
        <span className={classes(text.label, styles.label)}>this window</span>
      ) : (
        <button
          type="button"
          className={classes(button.button, button.plain)}
          aria-label={`Show the ${nameOf(screen)} window`}
          onClick={onShow}
        >
          <b>Show</b>
        </button>
      )}
    </li>
  );
}

const nameOf = (wanted: DeskScreen): string => SCREENS.find(({ screen }) => screen === wanted)?.name ?? wanted;

/** A window that is opened from here gets a copy of this tab's session; opened by hand it would need a link of its own. */
function BrowserWindows() {
  return (
    <>
      <h3 className={classes(text.label, styles.label)}>Open another window with this session</h3>
      <div className={styles.screens}>
        {SCREENS.map(({ screen, name }) => (
          <button
            key={screen}
            type="button"
            className={classes(button.button, button.plain)}
            aria-label={`New ${name} window`}
            onClick={() => window.open(addressWith(window.location.href, screen))}
          >
            <b>{name}</b>
          </button>
        ))}
      </div>
      <p className={styles.note}>
        A browser places its windows itself. Remembered windows and links for other browsers are made in the app, on the
        machine of the server.
      </p>
    </>
  );
}

const ROLE_MAY: Readonly<Record<Role, string>> = {
  owner: 'may do everything',
  producer: 'may prepare, fire and reveal polls',
  director: 'may watch, and take results to the overlay',
  operator: 'may set switches and hold or stop polls',
  verifier: 'may recount and verify, and fire nothing',
};

type Made = { kind: 'none' } | { kind: 'link'; link: string } | { kind: 'failed'; message: string };

function BrowserLink() {
  const { bridge } = useDesk();
  const [role, setRole] = useState<Role>('owner');
  const [made, setMade] = useState<Made>({ kind: 'none' });
  const [copied, setCopied] = useState(false);
  const failed = (error: unknown) =>
    setMade({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  // A link that was made for another role must not be taken for one of this.
  const chooseRole = (chosen: Role) => {
    setRole(chosen);
    setMade({ kind: 'none' });
  };
  const make = () => {
    setCopied(false);
    bridge?.oneTimeLink(role).then((link) => setMade({ kind: 'link', link }), failed);
  };
  return (
    <>
      <h3 className={classes(text.label, styles.label)}>This desk in a browser</h3>
      <div className={styles.acts}>
        <label className={styles.choice}>
          <span className={classes(text.label, styles.label)}>Role</span>
          <select
            value={role}
            onChange={(event) => {
              chooseRole(Role.parse(event.target.value));
              // While it has the focus it takes letters, and the desk's keys are off.
              event.target.blur();
            }}
          >
            {Role.options.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className={classes(button.button, button.plain)} onClick={make}>
          <b>Make a link</b>
        </button>
        <button
          type="button"
          className={classes(button.button, button.plain)}
          onClick={() => bridge?.openInBrowser(role).catch(failed)}
        >
          <b>Open in this machine’s browser</b>
        </button>
      </div>
      {made.kind === 'link' ? (
        <div className={styles.oneTimeLink}>
          <output className={text.oneLine} aria-label="One-time link" title={made.link}>
            {made.link}
          </output>
          <button
            type="button"
            className={classes(button.button, button.plain)}
            aria-label="Copy the one-time link"
            onClick={() => setCopied(copyText(made.link))}
          >
            <b>{copied ? 'Copied' : 'Copy'}</b>
          </button>
        </div>
      ) : null}
      <p
        className={made.kind === 'failed' ? classes(styles.note, text.warning, styles.warning) : styles.note}
        role={made.kind === 'failed' ? 'alert' : undefined}
      >
        {made.kind === 'failed' ? made.message : `Each link works once. Whoever opens it ${ROLE_MAY[role]}.`}
      </p>
    </>
  );
}
