import { Volume2, VolumeX } from 'lucide-react';
import { useStore } from 'zustand/react';
import { classes } from '../../ui/classes.ts';
import text from '../../ui/text.module.css';
import tool from '../../ui/tool-button.module.css';
import type { SpeakerState } from '../audio/speaker.ts';
import { useDesk } from '../context/desk-context.tsx';

/** What the button says besides on and off. */
const HINTS: Readonly<Record<SpeakerState, string>> = {
  ready: '',
  waiting: ', silent until you click or press a key in this window',
  none: ', but this browser makes none',
};

/** Sounds on or off, in the strip. `data-last-sound` is the last one that this window really started. */
export function SoundButton() {
  const { preferences, sounds } = useDesk();
  const on = useStore(preferences, (data) => data.soundsOn);
  const speaker = useStore(sounds.store, (data) => data.speaker);
  const last = useStore(sounds.store, (data) => data.last);
  const trouble = on && speaker !== 'ready';
  const hint = `Sounds ${on ? 'on' : 'off'}${on ? HINTS[speaker] : ''}`;
  return (
    <button
      type="button"
      className={trouble ? classes(tool.tool, text.warning, tool.warning) : tool.tool}
      aria-label="Sounds"
      aria-pressed={on}
      title={hint}
      data-speaker={speaker}
      data-last-sound={last?.moment.kind}
      onClick={() => preferences.setState({ soundsOn: !on })}
    >
      {on ? <Volume2 size={16} aria-hidden="true" /> : <VolumeX size={16} aria-hidden="true" />}
      {trouble ? (
        <span className={tool.mark} aria-hidden="true">
          !
        </span>
      ) : null}
      <span className={text.spoken} role="status">
        {trouble ? hint : ''}
      </span>
    </button>
  );
}
