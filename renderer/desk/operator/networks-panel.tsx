import { useRef } from 'react';
import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { PanelMessage } from '../../ui/panel.tsx';
import text from '../../ui/text.module.css';
import { WHAT_IT_MEANS } from '../networks/concentration-view.ts';
import { keptOrder } from './networks-order.ts';
import styles from './networks-panel.module.css';
import type { AgesView, NetworkRow, NetworksView } from './networks-view.ts';
import shareBar from './share-bar.module.css';
import table from './table.module.css';

export function NetworksHead({ view }: { view: NetworksView | null }) {
  return view?.kind === 'told' ? (
    <span className={classes(text.label, styles.label, text.oneLine)}>{view.about}</span>
  ) : null;
}

/** A table of fixed columns that scrolls in itself: whatever rows come and go, nothing else moves. */
export function NetworksBody({ view }: { view: NetworksView }) {
  const order = useRef<readonly string[]>([]);
  if (view.kind === 'kept') {
    return (
      <PanelMessage title="Not for this desk" warn={false}>
        Networks are shown to those who look after the audience: an address is a person’s matter.
      </PanelMessage>
    );
  }
  const rows = keptOrder(order.current, view.rows);
  order.current = rows.map(({ key }) => key);
  if (rows.length === 0) {
    return (
      <PanelMessage title="No network stands out" warn={false}>
        Those that make most tokens and send most ballots are listed here.
      </PanelMessage>
    );
  }
  return (
    <>
      <p className={styles.note}>{WHAT_IT_MEANS}</p>
      <Table rows={rows} />
    </>
  );
}

function Table({ rows }: { rows: readonly NetworkRow[] }) {
  return (
    <section
      className={classes(table.scrolled, panel.ages, panel.hatched)}
      aria-label="Networks, one a row"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <table>
        <thead>
          <tr>
            <th className={styles.network} title="An IPv4 address, or the /64 of an IPv6 address">
              Network
            </th>
            <th className={classes(styles.figure, text.toEnd)} title="Voter tokens made for it since the core began">
              Tokens made
            </th>
            <th className={classes(styles.figure, text.toEnd)} title="Voter tokens made for it in the last minute">
              Tokens /min
            </th>
            <th className={classes(styles.figure, text.toEnd)} title="Counted ballots of the newest vote">
              Ballots
            </th>
            <th
              className={classes(styles.figure, text.toEnd)}
              title="Counted ballots of the newest vote in the last minute"
            >
              Ballots /min
            </th>
            <th className={classes(styles.share, text.toEnd)} title="Of all counted ballots of the newest vote">
              Share of run
            </th>
            <th className={styles.tokenAges} title="How old the voters’ tokens were when they voted">
              Age of tokens that voted
            </th>
            <th
              className={classes(styles.figure, text.toEnd)}
              title="Arrivals turned away by the limit of their network in the last minute"
            >
              Away /min
            </th>
            <th className={classes(styles.mark, text.toEnd)} title="More ballots than the threshold of this run">
              Threshold
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.key} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ row }: { row: NetworkRow }) {
  return (
    <tr data-beyond={row.isBeyond ?? undefined}>
      <th scope="row" className={classes(styles.network, text.oneLine)} title={row.network}>
        {row.network}
      </th>
      <td className={classes(text.toEnd, styles.toEnd)}>{row.tokens}</td>
      <td className={classes(text.toEnd, styles.toEnd, styles.lesser)}>{row.tokensPerMin}</td>
      <td className={classes(text.toEnd, styles.toEnd)}>{row.ballots}</td>
      <td className={classes(text.toEnd, styles.toEnd, styles.lesser)}>{row.ballotsPerMin}</td>
      <td className={classes(text.toEnd, styles.toEnd)}>{row.share}</td>
      <td className={styles.tokenAges}>{row.ages === null ? '–' : <Ages ages={row.ages} />}</td>
      <td className={classes(text.toEnd, styles.toEnd, styles.lesser)}>{row.refusedPerMin}</td>
      <td className={classes(text.toEnd, styles.toEnd, styles.mark)} data-mark>
        {row.isBeyond === null ? '–' : row.isBeyond ? 'beyond' : 'below'}
      </td>
    </tr>
  );
}

function Ages({ ages }: { ages: AgesView }) {
  return (
    <div className={styles.byAge} title={ages.exact}>
      <span className={classes(styles.stack, shareBar.shares)} aria-hidden="true">
        {ages.parts.map(({ group, share }) => (
          <i key={group} className={styles[group]} style={{ flexGrow: share }} />
        ))}
      </span>
      <span className={classes(text.label, styles.label, text.oneLine)} aria-hidden="true">
        {ages.words}
      </span>
      <span className={text.spoken}>{ages.exact}</span>
    </div>
  );
}
