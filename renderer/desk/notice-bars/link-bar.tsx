import { ageInSeconds } from '../../ui/format.ts';
import { useDesk, useDeskData } from '../context/desk-context.tsx';
import { useHost } from '../context/host-state.ts';
import styles from './notice-bars.module.css';
import { troubleWords } from './trouble-words.ts';

/** Written across the window while the core can't be reached: what is on screen is old, and nothing can be sent. */
export function LinkBar() {
  const { link } = useDesk();
  const kind = useDeskData((data) => data.link.kind);
  const sinceMs = useDeskData((data) => data.link.sinceMs);
  const session = useDeskData((data) => data.session);
  const agoS = useDeskData((data) => Math.floor((data.localNowMs - data.link.sinceMs) / 1_000));
  const host = useHost();
  if (kind === 'up' || (kind === 'connecting' && agoS < 1)) return null;
  const what =
    kind === 'silent' ? 'The core is silent' : kind === 'connecting' ? 'Connecting to the core' : 'No link to the core';
  const over = session.kind === 'over' ? ` ${session.message} ${session.hint}` : '';
  const failed = session.kind === 'failed' ? ` ${session.message}` : '';
  const words = session.kind === 'open' ? troubleWords(host, agoS) : null;
  return (
    <div className={styles.notice} role="alert" key={sinceMs}>
      <span>
        {what} for {ageInSeconds(agoS * 1_000).replace('.0', '')}. What you see is from before; nothing can be sent.
        {words === null ? '' : ` ${words}`}
        {failed}
        {over}
      </span>
      {session.kind === 'over' ? null : (
        <button type="button" onClick={() => link.tryNow()}>
          Try now
        </button>
      )}
    </div>
  );
}
