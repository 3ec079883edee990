/** The sounds themselves, made by the page: no files, nothing to load in the moment that it matters. */
import type { SoundKind } from './sounds-due.ts';

interface Note {
  hz: number;
  atMs: number;
  forMs: number;
}

const note = (hz: number, atMs: number, forMs: number): Note => ({ hz, atMs, forMs });

/** Told apart by their shape, with the eyes on the picture: one high tick; one or two rising pairs; three low ones. */
export const SOUNDS: Readonly<Record<SoundKind, readonly Note[]>> = {
  'closing-10': [note(1_320, 0, 70)],
  'due-60': [note(587, 0, 110), note(784, 130, 160)],
  'due-10': [note(587, 0, 90), note(784, 100, 120), note(587, 320, 90), note(784, 420, 120)],
  'air-60': [note(330, 0, 200), note(330, 300, 200), note(330, 600, 320)],
};

/** Loudest amplitude, at full volume. */
const PEAK = 0.5;
/** Without a ramp a tone begins and ends with a crack. */
const RAMP_S = 0.008;

export type SpeakerState =
  | 'ready'
  /** The browser wants a click or a key first. */
  | 'waiting'
  /** This browser makes no sound at all. */
  | 'none';

export interface Speaker {
  state(): SpeakerState;
  /** To be called out of a click or a key. */
  wake(): void;
  onState(heard: (state: SpeakerState) => void): void;
  /** @param volume 0..1
   *  @returns whether it was started */
  play(kind: SoundKind, volume: number): boolean;
}

const SILENT: Speaker = { state: () => 'none', wake: () => undefined, onState: () => undefined, play: () => false };

export function createSpeaker(page: Window & typeof globalThis): Speaker {
  const Context = page.AudioContext as typeof AudioContext | undefined;
  if (Context === undefined) return SILENT;
  const audio = new Context();
  const state = (): SpeakerState => (audio.state === 'running' ? 'ready' : 'waiting');
  return {
    state,
    wake() {
      // Refused until the browser has seen a gesture; the state says so, and the next gesture asks again.
      if (audio.state !== 'running') audio.resume().catch(() => undefined);
    },
    onState(heard) {
      audio.addEventListener('statechange', () => heard(state()));
    },
    play(kind, volume) {
      if (audio.state !== 'running') return false;
      for (const { hz, atMs, forMs } of SOUNDS[kind]) sound(audio, { hz, atMs, forMs }, volume);
      return true;
    },
  };
}

function sound(audio: AudioContext, { hz, atMs, forMs }: Note, volume: number): void {
  const startS = audio.currentTime + atMs / 1_000;
  const endS = startS + forMs / 1_000;
  // Loudness is heard roughly as the square root of power.
  const peak = PEAK * volume ** 2;
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, startS);
  gain.gain.linearRampToValueAtTime(peak, startS + RAMP_S);
  gain.gain.setValueAtTime(peak, endS - RAMP_S);
  gain.gain.linearRampToValueAtTime(0, endS);
  const tone = new OscillatorNode(audio, { type: 'triangle', frequency: hz });
  tone.connect(gain).connect(audio.destination);
  tone.start(startS);
  tone.stop(endS);
}
