import { isolated } from '../../../shared/domain/isolated.ts';
import type { DeskState } from '../../../shared/protocol/desk-state.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';
import { useDesk } from '../context/desk-context.tsx';
import { pollsOf } from '../words/director-subject.ts';
import { numberOf } from '../words/labels.ts';
import styles from './poll-choice.module.css';

/** Chooses among the polls of the evening. `first`: what the desk takes by itself. */
export function PollChoice({
  label,
  first,
  show,
  chosen,
  leaveOut,
  field,
}: {
  label: string;
  first: string;
  show: DeskState;
  chosen: PollId | null;
  leaveOut: PollId | null;
  field: 'watched' | 'compared';
}) {
  const { window: win } = useDesk();
  const polls = pollsOf(show).filter(({ id }) => id !== leaveOut);
  const known = polls.some(({ id }) => id === chosen) ? (chosen ?? '') : '';
  return (
    <select
      className={styles.choice}
      aria-label={label}
      value={known}
      onChange={(event) => {
        const id = polls.find((poll) => poll.id === event.target.value)?.id ?? null;
        win.setState(field === 'watched' ? { watched: id } : { compared: id });
        // While it has the focus it takes letters, and the desk's keys are off.
        event.target.blur();
      }}
    >
      <option value="">{first}</option>
      {polls.map((poll) => (
        <option key={poll.id} value={poll.id}>
          Cue {numberOf(show.cues, poll.id)}: {isolated(poll.text)}
        </option>
      ))}
    </select>
  );
}
