import type { HostState } from '../../../shared/protocol/bridge.ts';
import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import type { PanelState } from '../../ui/panel.tsx';
import { Panel, PanelLoading } from '../../ui/panel.tsx';
import { useDeskData } from '../context/desk-context.tsx';
import { useHost } from '../context/host-state.ts';
import { Facts } from './facts.tsx';
import { ServerChoice } from './server-choice.tsx';
import styles from './settings.module.css';
import { type Fact, fact, hostOf, ownServerWords, reachFact, statusFact } from './settings-view.ts';

export function ServerPanel() {
  const host = useHost();
  const session = useDeskData((data) => data.session);
  const link = useDeskData((data) => data.link);
  const reach = reachFact(session, link);
  const address = session.kind === 'open' ? session.deskUrl : null;
  return (
    <Panel
      name="Server"
      state={stateOf(host, reach)}
      head={<h2>Server</h2>}
      age={host.kind === 'app' ? (host.state.server.remote === null ? 'this machine’s' : 'another machine’s') : ''}
    >
      <Body host={host} address={address} reach={reach} />
    </Panel>
  );
}

function Body({ host, address, reach }: { host: ReturnType<typeof useHost>; address: string | null; reach: Fact }) {
  switch (host.kind) {
    case 'loading':
      return <PanelLoading lines={5} />;
    case 'browser':
      return (
        <div className={classes(panel.body, styles.body)}>
          <Facts facts={[fact('Address', address ?? 'not known yet'), reach, fact('This desk', 'in a browser')]} />
          <p className={styles.note}>
            A browser stays with the server that it was opened from. For another one open the link that it prints; the
            data folder and the server’s own state are shown in the app on its machine.
          </p>
        </div>
      );
    case 'app':
      return (
        <div className={classes(panel.body, styles.body)}>
          <Facts facts={appFacts(host.state, reach)} />
          <ServerChoice state={host.state.server} />
        </div>
      );
  }
}

function appFacts({ server, dataDir, versions }: HostState, reach: Fact): Fact[] {
  const { remote, local } = server;
  const runtime = `Tallyroom ${versions.app}, Electron ${versions.electron}, Chromium ${versions.chromium.split('.')[0]}`;
  return remote === null
    ? [
        fact('Address', local.kind === 'running' ? local.deskUrl : 'none yet'),
        fact('For other machines', server.network ?? 'closed: its desk port is for this machine only'),
        local.kind === 'running' && reach.warn ? reach : statusFact(local),
        fact('Data folder', dataDir),
        fact('Version', runtime),
      ]
    : [
        fact('Address', remote),
        reach,
        fact('Server here', ownServerWords(local)),
        fact('Log of this desk', `stays here, in ${dataDir}`),
        fact('Version', runtime),
      ];
}

function stateOf(host: ReturnType<typeof useHost>, reach: Fact): PanelState {
  if (host.kind === 'loading') return { kind: 'loading' };
  const failed = host.kind === 'app' && host.state.server.remote === null && host.state.server.local.kind === 'failed';
  return failed || reach.warn ? { kind: 'error' } : { kind: 'fresh' };
}

/** `this machine’s server`, or where the other one is. */
export const serverName = (remote: string | null): string =>
  remote === null ? 'this machine’s server' : `the server at ${hostOf(remote)}`;
