import { Panel } from '../../ui/panel.tsx';
import { KeyList } from '../shortcuts/key-list.tsx';
import { SoundSettings } from '../sounds/sound-settings.tsx';
import { DesksPanel } from './desks-panel.tsx';
import { OutputsPanel } from './outputs-panel.tsx';
import { ScreenPanel } from './screen-panel.tsx';
import { ServerPanel } from './server-panel.tsx';
import './settings.css';
import { ShowPanel } from './show-panel.tsx';
import { StoragePanel } from './storage-panel.tsx';

/** Only what this version has: nothing here is a promise. */
export function SettingsScreen() {
  return (
    <main className="main settings">
      <h1 className="said">Settings</h1>
      <div className="column">
        <ServerPanel />
        <ShowPanel />
        <StoragePanel />
      </div>
      <div className="column">
        <DesksPanel />
        <OutputsPanel />
        <ScreenPanel />
      </div>
      <div className="column">
        <Panel name="Sounds" state={{ kind: 'fresh' }} head={<h2>Sounds</h2>} age="">
          <div className="body">
            <SoundSettings />
          </div>
        </Panel>
        <Panel name="Shortcuts" state={{ kind: 'fresh' }} head={<h2>Shortcuts</h2>} age="off while typing">
          <div className="body keys-body">
            <KeyList />
          </div>
        </Panel>
      </div>
    </main>
  );
}
