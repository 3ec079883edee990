/** Votes per second since GO. Drawn anew once a second at most: nothing in it moves with the vitals in between. */

import { memo, useMemo } from 'react';
import { Area, CartesianGrid, ComposedChart, XAxis, YAxis } from 'recharts';
import { classes } from '../../ui/classes.ts';
import { grouped } from '../../ui/format.ts';
import { useToken } from '../../ui/use-token.ts';
import { sinceGo, ticksTo, timeTicks } from './axis.ts';
import styles from './rate-chart.module.css';
import { Bands, Compared, Future, Gaps, Marks, Now, Peak } from './rate-layers.tsx';
import type { RateView } from './rate-view.ts';

const FILL = { width: '100%', height: '100%' } as const;
/** Above: the words of the marks. */
const MARGIN = { top: 26, right: 12, bottom: 0, left: 0 } as const;

export interface RateChartProps {
  view: RateView;
  /** Ends of the axes; they only grow while one run is drawn. */
  endS: number;
  top: number;
}

export const RateChart = memo(function RateChart({ view, endS, top }: RateChartProps) {
  const axisHeight = useToken('--chart-axis-h');
  const axisWidth = useToken('--chart-axis-w');
  // The chart lays itself out anew for every axis that is another object.
  const time = useMemo(() => ({ domain: [0, endS], ticks: timeTicks(endS) }), [endS]);
  const rate = useMemo(() => ({ domain: [0, top], ticks: ticksTo(top) }), [top]);
  return (
    <div className={styles.chart} aria-hidden="true">
      <ComposedChart responsive style={FILL} data={view.points} margin={MARGIN} accessibilityLayer={false}>
        <Bands bands={view.bands} />
        <CartesianGrid stroke="var(--line)" />
        <XAxis
          dataKey="s"
          type="number"
          domain={time.domain}
          ticks={time.ticks}
          tickFormatter={sinceGo}
          interval={0}
          tickLine={false}
          height={axisHeight}
          tickMargin={6}
        />
        <YAxis
          type="number"
          domain={rate.domain}
          ticks={rate.ticks}
          tickFormatter={perSecond}
          interval={0}
          tickLine={false}
          axisLine={false}
          width={axisWidth}
          tickMargin={6}
        />
        <Area
          className={classes(styles.votes)}
          dataKey="perS"
          type="linear"
          connectNulls={false}
          dot={false}
          activeDot={false}
          isAnimationActive={false}
        />
        <Compared points={view.compared} />
        <Future points={view.future} />
        <Gaps gaps={view.gaps} />
        <Marks marks={view.marks} />
        {view.now === null ? null : <Now s={view.now.s} words={`now ${grouped(view.now.perS)} /s`} />}
        <Peak peak={view.peak} />
      </ComposedChart>
    </div>
  );
});

const perSecond = (value: number): string => (value === 0 ? '0' : `${grouped(value)} /s`);
