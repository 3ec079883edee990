import { useSyncExternalStore } from 'react';
import { useStore } from 'zustand/react';
import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { Panel } from '../../ui/panel.tsx';
import { useToken } from '../../ui/use-token.ts';
import { useDeskData } from '../context/desk-context.tsx';
import { useHost } from '../context/host-state.ts';
import { browserWakeLock, type WakeLockState } from './browser-wake-lock.ts';
import { Facts } from './facts.tsx';
import { awakeReason } from './keep-awake.ts';
import styles from './settings.module.css';
import { awakeFact, fact } from './settings-view.ts';

const REDUCED = '(prefers-reduced-motion: reduce)';

export function ScreenPanel() {
  const reason = useDeskData((data) => awakeReason(data.show?.state ?? null));
  const lock = useLock();
  const reduced = useMedia(REDUCED);
  const compact = useToken('--compact') === 1;
  return (
    <Panel name="Screen" state={{ kind: 'fresh' }} head={<h2>Screen</h2>} age="">
      <div className={classes(panel.body, styles.body)}>
        <Facts
          facts={[
            awakeFact(reason, lock),
            fact('Motion', reduced ? 'reduced, as the system asks' : 'normal; follows the system’s setting'),
            fact('Measures', compact ? 'compact, below 1800 × 1000 pixels' : 'full size'),
          ]}
        />
      </div>
    </Panel>
  );
}

/** What Electron or the browser gave. */
function useLock(): WakeLockState {
  const host = useHost();
  const browser = useStore(browserWakeLock().store, ({ state }) => state);
  switch (host.kind) {
    case 'browser':
      return browser;
    case 'loading':
      return { kind: 'off' };
    case 'app':
      return host.state.awake ? { kind: 'held' } : { kind: 'off' };
  }
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}
