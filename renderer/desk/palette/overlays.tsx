import { useWindowData } from '../desk-context.tsx';
import { CheatSheet } from '../shortcuts/cheat-sheet.tsx';
import { Palette } from './palette.tsx';
import './palette.css';

/** What lies over the middle of every screen, when it was asked for. */
export function Overlays() {
  const overlay = useWindowData((data) => data.overlay);
  if (overlay === null) return null;
  return <div className="overlay">{overlay === 'keys' ? <CheatSheet /> : <Palette />}</div>;
}
