import { classes } from '../../ui/classes.ts';
import { Panel } from '../../ui/panel.tsx';
import text from '../../ui/text.module.css';
import { useDesk, useMomentFor, useWindowData } from '../context/desk-context.tsx';
import { vitalsPanel } from '../parts/panel-state.ts';
import { VitalsAge } from '../parts/vitals-age.tsx';
import type { Moment } from '../store/moment.ts';
import type { Incoming } from '../store/window-store.ts';
import { completeOr } from './edges-panel.tsx';
import styles from './incoming-panel.module.css';
import networksStyles from './networks-panel.module.css';
import { NetworksBody, NetworksHead } from './networks-panel.tsx';
import { beyondWords, networksView } from './networks-view.ts';
import { NoFigures, noFiguresFor } from './no-figures.tsx';
import trafficStyles from './traffic-panel.module.css';
import { secondOf, TrafficBody, TrafficHead, useTrafficFigures } from './traffic-panel.tsx';
import { trafficFigures } from './traffic-view.ts';

const networksDrawn = (moment: Moment) => [
  vitalsPanel(moment),
  noFiguresFor(moment),
  moment.vitals && networksView(moment),
];
/** A curve goes on by a step every second, whether or not the figures beside it change. */
const trafficDrawn = (moment: Moment) => [
  ...networksDrawn(moment),
  moment.vitals && trafficFigures(moment.vitals, moment.show.cues),
  secondOf(moment),
];

/** What comes in: as curves of the whole, or network by network. That a network stands out is said in either. */
export function IncomingPanel() {
  const shown = useWindowData((data) => data.incoming);
  const moment = useMomentFor(1_000, shown === 'traffic' ? trafficDrawn : networksDrawn);
  const traffic = useTrafficFigures(moment);
  const networks = moment?.vitals ? networksView(moment) : null;
  const isLarge = networks?.kind === 'told' && networks.isLarge;
  const beyond = networks === null ? null : beyondWords(networks);
  const tabs = <Tabs shown={shown} beyond={beyond} isLarge={isLarge} />;
  if (shown === 'traffic') {
    return (
      <Panel
        name="Traffic"
        className={trafficStyles.traffic}
        state={completeOr(vitalsPanel(moment), traffic.isComplete)}
        head={
          <>
            {tabs}
            <TrafficHead traffic={traffic} />
          </>
        }
        age={<VitalsAge />}
      >
        <TrafficBody traffic={traffic} moment={moment} />
      </Panel>
    );
  }
  return (
    <Panel
      name="Networks"
      className={isLarge ? classes(networksStyles.networks, networksStyles.large) : networksStyles.networks}
      state={vitalsPanel(moment)}
      head={
        <>
          {tabs}
          <NetworksHead view={networks} />
        </>
      }
      age={<VitalsAge />}
    >
      {networks === null ? <NoFigures moment={moment} lines={6} /> : <NetworksBody view={networks} />}
    </Panel>
  );
}

function Tabs({ shown, beyond, isLarge }: { shown: Incoming; beyond: string | null; isLarge: boolean }) {
  const { window: win } = useDesk();
  return (
    <div className={styles.incoming}>
      <h2 className={text.spoken}>{shown === 'traffic' ? 'Traffic' : 'Networks'}</h2>
      <button
        type="button"
        aria-pressed={shown === 'traffic'}
        onClick={() => win.setState({ incoming: 'traffic' satisfies Incoming })}
      >
        <b>Traffic</b>
      </button>
      <button
        type="button"
        aria-pressed={shown === 'networks'}
        onClick={() => win.setState({ incoming: 'networks' satisfies Incoming })}
      >
        <b>Networks</b>{' '}
        <span data-beyond-count className={isLarge ? classes(styles.beyond, styles.large) : styles.beyond}>
          {beyond}
        </span>
      </button>
      <span className={text.spoken} role="status">
        {beyond === null ? '' : `Networks: ${beyond} the threshold`}
      </span>
    </div>
  );
}
