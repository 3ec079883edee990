import panel from '../../ui/panel.module.css';
import { PanelMessage } from '../../ui/panel.tsx';
import { useDeskData } from '../context/desk-context.tsx';
import { AirPanel } from './air-panel.tsx';
import { NextPanel } from './next-panel.tsx';
import { ThenPanel } from './then-panel.tsx';
import styles from './transport.module.css';

/** What is on air, what GO will fire, what comes then. */
export function Transport() {
  const known = useDeskData((data) => data.show !== null);
  if (!known) {
    return (
      <div className={styles.transport} data-transport>
        <section className={panel.panel} aria-label="Transport">
          <PanelMessage title="No show yet" warn={false}>
            Transport comes with the first contact with the core. Nothing can fire before.
          </PanelMessage>
        </section>
      </div>
    );
  }
  return (
    <div className={styles.transport} data-transport>
      <AirPanel />
      <NextPanel />
      <ThenPanel />
    </div>
  );
}
