import styles from './viewer-link.module.css';

/**
 * Puts a text on the clipboard. The old way on purpose: the newer one asks for a permission that the window denies to
 * everybody, and is missing on a page that came under a network name.
 *
 * @returns whether it is there
 */
export function copyText(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.setAttribute('readonly', '');
  field.className = styles.offScreen ?? '';
  document.body.append(field);
  const before = document.activeElement;
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}
