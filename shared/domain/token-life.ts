/** How long a voter's token lives, to the edges that make it and to the page that keeps it. */
const DAY_MS = 86_400_000;

/** A weekly show's viewers come back as the same voters within one week, and a leaked token ends by itself. */
export const TOKEN_LIFE_MS = 7 * DAY_MS;
/** With less than this left it is renewed, so that whoever comes every week never votes with one that is about to end. */
export const RENEW_BELOW_MS = 6 * DAY_MS;
/**
 * For so long after its end it still is its voter: tokens of last week's arrivals all end in the minute of this week's
 * vote, and under another voter the same ballot would count twice.
 */
export const STILL_GOOD_MS = DAY_MS;
