import { useRef } from 'react';
import { PanelMessage } from '../../ui/panel.tsx';
import { WHAT_IT_MEANS } from '../networks/concentration-view.ts';
import './networks-panel.css';
import { keptOrder } from './networks-order.ts';
import type { AgesView, NetworkRow, NetworksView } from './networks-view.ts';

export function NetworksHead({ view }: { view: NetworksView | null }) {
  return view?.kind === 'told' ? <span className="lab ell">{view.about}</span> : null;
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
      <p className="note">{WHAT_IT_MEANS}</p>
      <Table rows={rows} />
    </>
  );
}

function Table({ rows }: { rows: readonly NetworkRow[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="tbl ages ages-hatch" aria-label="Networks, one a row" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th className="nw" title="An IPv4 address, or the /64 of an IPv6 address">
              Network
            </th>
            <th className="fig r" title="Voter tokens made for it since the core began">
              Tokens made
            </th>
            <th className="fig r" title="Voter tokens made for it in the last minute">
              Tokens /min
            </th>
            <th className="fig r" title="Counted ballots of the newest vote">
              Ballots
            </th>
            <th className="fig r" title="Counted ballots of the newest vote in the last minute">
              Ballots /min
            </th>
            <th className="shr r" title="Of all counted ballots of the newest vote">
              Share of run
            </th>
            <th className="age-of" title="How old the voters’ tokens were when they voted">
              Age of tokens that voted
            </th>
            <th className="fig r" title="Arrivals turned away by the limit of their network in the last minute">
              Away /min
            </th>
            <th className="mark r" title="More ballots than the threshold of this run">
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
      <th scope="row" className="nw ell" title={row.network}>
        {row.network}
      </th>
      <td className="r">{row.tokens}</td>
      <td className="r lesser">{row.tokensPerMin}</td>
      <td className="r">{row.ballots}</td>
      <td className="r lesser">{row.ballotsPerMin}</td>
      <td className="r">{row.share}</td>
      <td className="age-of">{row.ages === null ? '–' : <Ages ages={row.ages} />}</td>
      <td className="r lesser">{row.refusedPerMin}</td>
      <td className="r mark">{row.isBeyond === null ? '–' : row.isBeyond ? 'beyond' : 'below'}</td>
    </tr>
  );
}

function Ages({ ages }: { ages: AgesView }) {
  return (
    <div className="by-age" title={ages.exact}>
      <span className="stack" aria-hidden="true">
        {ages.parts.map(({ group, share }) => (
          <i key={group} className={group} style={{ flexGrow: share }} />
        ))}
      </span>
      <span className="lab ell" aria-hidden="true">
        {ages.words}
      </span>
      <span className="said">{ages.exact}</span>
    </div>
  );
}
