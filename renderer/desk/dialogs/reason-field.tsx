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
      <div className="choices">
        {presets.map((preset) => (
          <button
            key={preset}
            type="button"
            className="btn btn-plain"
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
