import { useDeskData } from '../context/desk-context.tsx';
import { journalWords } from './journal-words.ts';
import styles from './notice-bars.module.css';

/** Stands as long as something is in force that a restart without its keepers would not know of. */
export function JournalBar() {
  const words = useDeskData((data) => journalWords(data.show?.state.show.unjournaled));
  if (words === null) return null;
  return (
    <div className={styles.notice} role="alert">
      <span>{words}</span>
    </div>
  );
}
