import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { Panel } from '../../ui/panel.tsx';
import screen from '../../ui/screen.module.css';
import text from '../../ui/text.module.css';
import { KeyList } from '../shortcuts/key-list.tsx';
import { SoundSettings } from '../sounds/sound-settings.tsx';
import { DesksPanel } from './desks-panel.tsx';
import { OutputsPanel } from './outputs-panel.tsx';
import { ScreenPanel } from './screen-panel.tsx';
import { ServerPanel } from './server-panel.tsx';
import styles from './settings.module.css';
import { ShowPanel } from './show-panel.tsx';
import { StoragePanel } from './storage-panel.tsx';

/** Only what this version has: nothing here is a promise. */
export function SettingsScreen() {
  return (
    <main className={classes(screen.screen, styles.settings)}>
      <h1 className={text.spoken}>Settings</h1>
      <div className={styles.column}>
        <ServerPanel />
        <ShowPanel />
        <StoragePanel />
      </div>
      <div className={styles.column}>
        <DesksPanel />
        <OutputsPanel />
        <ScreenPanel />
      </div>
      <div className={styles.column}>
        <Panel name="Sounds" state={{ kind: 'fresh' }} head={<h2>Sounds</h2>} age="">
          <div className={classes(panel.body, styles.body)}>
            <SoundSettings />
          </div>
        </Panel>
        <Panel name="Shortcuts" state={{ kind: 'fresh' }} head={<h2>Shortcuts</h2>} age="off while typing">
          <div className={classes(panel.body, styles.body)}>
            <KeyList />
          </div>
        </Panel>
      </div>
    </main>
  );
}
