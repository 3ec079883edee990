import { classes } from '../../ui/classes.ts';
import { counted } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelLoading } from '../../ui/panel.tsx';
import { useMoment } from '../context/desk-context.tsx';
import { type Host, useHost } from '../context/host-state.ts';
import { ageWords, vitalsPanel } from '../parts/panel-state.ts';
import type { Moment } from '../store/moment.ts';
import { Facts } from './facts.tsx';
import styles from './settings.module.css';
import { type Fact, fact, warning } from './settings-view.ts';

export function StoragePanel() {
  const moment = useMoment(1_000);
  const host = useHost();
  const failed = moment?.vitals?.preflight.storage.ok === false && moment.link.kind === 'up';
  return (
    <Panel
      name="Storage"
      state={failed ? { kind: 'error' } : vitalsPanel(moment)}
      head={<h2>Storage</h2>}
      age={ageWords(moment)}
    >
      {moment === null ? (
        <PanelLoading lines={4} />
      ) : (
        <div className={classes(panel.body, styles.body)}>
          <Facts facts={storageFacts(moment, host)} />
        </div>
      )}
    </Panel>
  );
}

function storageFacts({ vitals, show }: Moment, host: Host): Fact[] {
  const storage = vitals?.preflight.storage ?? null;
  const disk =
    storage === null
      ? fact('Disk', 'not known yet')
      : storage.ok
        ? fact('Disk', storage.text)
        : warning('Disk', storage.text);
  const log = host.kind === 'browser' ? 'kept by the server' : 'on this machine, in logbook.db';
  return [
    disk,
    fact('Journal', `${counted(show.revision, 'entry', 'entries')}, kept for good`),
    fact('Curves', 'a value a second, kept for 7 days'),
    fact('Log of this desk', log),
  ];
}
