/** `m:ss`, or `h:mm:ss` from an hour on; a started second counts, so 0:00 means over. */
export function timeLeftText(leftMs: number): string {
  const total = Math.max(0, Math.ceil(leftMs / 1_000));
  const hours = Math.floor(total / 3_600);
  const minutes = Math.floor((total % 3_600) / 60);
  const seconds = String(total % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** `hh:mm:ss` in the device's time zone. */
export function clockText(epochMs: number): string {
  const at = new Date(epochMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Only web links may be followed from this page; anything else (`javascript:` above all) is no link. */
export function webLink(link: string | undefined): { href: string; host: string } | null {
  if (link === undefined) return null;
  try {
    const url = new URL(link);
    return url.protocol === 'https:' || url.protocol === 'http:'
      ? { href: url.href, host: url.host.replace(/^www\./, '') }
      : null;
  } catch {
    return null;
  }
}
