import { useId } from 'react';
import { useStore } from 'zustand/react';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import text from '../../ui/text.module.css';
import type { SoundKind } from '../audio/sounds-due.ts';
import { useDesk } from '../context/desk-context.tsx';
import styles from './sound-settings.module.css';

const KINDS: readonly { kind: SoundKind; name: string }[] = [
  { kind: 'closing-10', name: '10 s left on air' },
  { kind: 'due-60', name: 'Armed cue due in 60 s' },
  { kind: 'due-10', name: 'Armed cue due in 10 s' },
  { kind: 'air-60', name: 'Air in 60 s, in rehearsal' },
];

/** Sounds on or off, how loud, and each of them to be heard; for the Settings screen. */
export function SoundSettings() {
  const { preferences, sounds } = useDesk();
  const { soundsOn, volume, kept } = useStore(preferences);
  const speaker = useStore(sounds.store, (data) => data.speaker);
  const volumeId = useId();
  const percent = Math.round(volume * 100);
  return (
    <div className={styles.sounds}>
      <label>
        <input
          type="checkbox"
          checked={soundsOn}
          onChange={(event) => preferences.setState({ soundsOn: event.target.checked })}
        />
        Sounds, in one window of this machine
      </label>
      <div className={styles.volume}>
        <label htmlFor={volumeId}>Volume</label>
        <input
          id={volumeId}
          type="range"
          min={0}
          max={100}
          step={5}
          value={percent}
          aria-valuetext={`${percent} %`}
          onChange={(event) => preferences.setState({ volume: Number(event.target.value) / 100 })}
        />
        <span className={styles.figure}>
          {percent}
          <span className={text.unit}>%</span>
        </span>
      </div>
      <ul aria-label="Hear them">
        {KINDS.map(({ kind, name }) => (
          <li key={kind}>
            <button type="button" className={classes(button.button, button.plain)} onClick={() => sounds.test(kind)}>
              <b>{name}</b>
            </button>
          </li>
        ))}
      </ul>
      {speaker === 'waiting' ? (
        <p className={text.warning}>This browser is silent until you click or press a key here.</p>
      ) : null}
      {speaker === 'none' ? <p className={text.warning}>This browser makes no sounds.</p> : null}
      {kept ? null : (
        <p className={text.warning}>This browser keeps nothing: the choice lasts as long as this window.</p>
      )}
    </div>
  );
}
