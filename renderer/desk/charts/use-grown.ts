import { useRef } from 'react';

/** The largest value there was while `key` stayed the same: an axis that never jumps back. */
export function useGrown(key: string, value: number): number {
  const kept = useRef({ key, value });
  if (kept.current.key !== key || value > kept.current.value) kept.current = { key, value };
  return kept.current.value;
}
