import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import { ageInSeconds } from '../../ui/format.ts';
import { PanelLoading, PanelMessage } from '../../ui/panel.tsx';
import { useDesk } from '../context/desk-context.tsx';
import type { Moment } from '../store/moment.ts';

/** What is drawn here of a moment: how long it has been without a link. */
export const noFiguresFor = ({ vitals, link, localNowMs }: Moment): string | null =>
  vitals === null && link.kind === 'down' ? ageInSeconds(localNowMs - link.sinceMs) : null;

/** What stands in a panel before the first figures have come: their shape, or that there is no link to come over. */
export function NoFigures({ moment, lines }: { moment: Moment | null; lines: number }) {
  const { link } = useDesk();
  if (moment === null || moment.link.kind !== 'down') return <PanelLoading lines={lines} />;
  return (
    <PanelMessage
      title="No link to the core"
      warn={true}
      act={
        <button type="button" className={classes(button.button, button.plain)} onClick={() => link.tryNow()}>
          <b>Try now</b>
        </button>
      }
    >
      No figures have come yet. It is tried again all the time, now for{' '}
      {ageInSeconds(moment.localNowMs - moment.link.sinceMs)}.
    </PanelMessage>
  );
}
