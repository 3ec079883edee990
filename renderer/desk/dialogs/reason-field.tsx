import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { KeysOff } from '../shortcuts/keys-off.tsx';

/** A reason that goes on record: one of a few, or in one's own words. */
export function ReasonField({
  presets,
  label,
  reason,
  onChange,
}: {
  presets: readonly string[];
  label: string;
  reason: string;
  onChange: (reason: string) => void;
}) {
  return (
    <>
      <div className={dialog.choices}>
        {presets.map((preset) => (
          <button
            key={preset}
            type="button"
            className={classes(button.button, button.plain)}
            aria-pressed={reason === preset}
            onClick={() => onChange(preset)}
          >
            <b>{preset}</b>
          </button>
        ))}
      </div>
      <label>
        {label}
        <input
          type="text"
          dir="auto"
          maxLength={500}
          value={reason}
          onChange={(event) => onChange(event.target.value)}
        />
        <KeysOff />
      </label>
    </>
  );
}
