import { useView } from '../context/desk-context.tsx';
import { ageWords } from './panel-state.ts';

/** `0.2 s old`, for the head of a panel that is fresh. The age moves with every beat; what it is the age of need not be drawn for it. */
export function VitalsAge() {
  return useView(1_000, ageWords);
}
