/** Votes per second since GO. Drawn anew once a second at most: nothing in it moves with the vitals in between. */

import { memo } from 'react';
import { Chart } from './chart.tsx';
import { Bands, Compared, Future, Gaps, Marks, Now, Peak, Votes } from './rate-layers.tsx';
import type { RateView } from './rate-view.ts';

export interface RateChartProps {
  view: RateView;
  /** Ends of the axes; they only grow while one run is drawn. */
  endS: number;
  top: number;
}

/** The first layer lies lowest. */
export const RateChart = memo(function RateChart({ view, endS, top }: RateChartProps) {
  return (
    <Chart endS={endS} top={top}>
      {(frame) => (
        <>
          <Bands frame={frame} bands={view.bands} />
          <Compared frame={frame} points={view.compared} />
          <Future frame={frame} points={view.future} />
          <Gaps frame={frame} gaps={view.gaps} />
          <Marks frame={frame} marks={view.marks} />
          <Now frame={frame} now={view.now} />
          <Peak frame={frame} peak={view.peak} />
          <Votes frame={frame} points={view.points} />
        </>
      )}
    </Chart>
  );
});
