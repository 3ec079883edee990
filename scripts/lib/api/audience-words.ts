/** What both documents of the audience port have to say in words. Every number comes from the code that keeps it. */
import { EDGE_LIMITS } from '../../../server/edge/limits.ts';
import { RENEW_BELOW_MS, STILL_GOOD_MS, TOKEN_LIFE_MS } from '../../../shared/domain/token-life.ts';

const DAY_MS = 86_400_000;
const { ballotsPerVoter, arrivalsPerNetwork, wrongCodesPerNetwork, wrongCodesPerWiderNetwork, framesPerSocket } =
  EDGE_LIMITS;

export function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
export function bytes(count: number): string {
  return `${count.toLocaleString('en')} bytes`;
}
/** Which server is meant: its address is the show's own. */
export const ADDRESS =
  'Where this show’s audience port is. The server prints it (`audienceUrl`); it speaks TLS where it was started with a certificate or stands behind a proxy.';

/** Chapters of a document's description, as Markdown. */
export const CHAPTERS = {
  arrive: `## Arriving
There are no accounts and no cookies. A viewer is a **token**: ask for one (\`POST /v1/join\`, or \`hello\` with a null token on the WebSocket), keep it on the device
and use it on every transport. It is opaque: don't take it apart. It holds for ${TOKEN_LIFE_MS / DAY_MS} days (\`expiresAtMs\`) and is taken for ${STILL_GOOD_MS / 3_600_000} hours more. **With less than ${RENEW_BELOW_MS / DAY_MS} days left it is renewed**, for the same
\`voterId\`: \`join\` with it gives a new one (as it always does), and so do \`welcome\`, \`receipt\` and \`pong\` on the WebSocket and the answer of \`POST /v1/ballots\`, which carry \`token\` and \`expiresAtMs\` then. Keep what comes instead of what you
have. A client that only polls or reads the event stream joins again itself. A token that is over, or that the server did not make, is a new voter at \`join\`, 401 at \`POST /v1/ballots\`, and \`bye\` with \`bad-token\` (close code 4401) on the WebSocket. A token belongs to one device: a vote is counted per token.`,

  state: `## The state
Everything that is on air is in one small **state**, which comes whole each time; there are no deltas. Compare \`epoch\` first, then \`rev\`: keep the highest pair, drop any
other, whatever transport brought it. \`rev\` may jump: a slow client gets only the latest. A state that you hold stays true until a newer one comes, also over a lost connection.

\`show\` names the show. When it changes, another show has taken the place of the one before at the same address: forget polls, choices, receipts and unanswered ballots of the old one, which may have the names of the new one's; the token stays.

Judge open or closed by the time and not by the age of what you hold: a poll takes ballots while \`intake\` is \`open\` and the server's time is not past \`closesAtMs\`. The server's time is \`serverNowMs\` of the
last \`join\`, \`welcome\` or \`pong\` plus what has passed since on your own clock. All times are whole milliseconds since 1970 of the server's clock. A field without a value is absent, never null.`,

  vote: `## Voting
A ballot names the poll as the state does: \`pollId\` = \`poll.id\`, \`round\` = \`poll.round\` (the same poll aired again has a higher round and is voted on anew), \`choice\` = \`min\` to \`max\` different ids of its options. Make its \`id\` yourself, random,
1 to 64 of \`A–Z a–z 0–9 _ -\`; nobody else can have it, and **the same id gives the same receipt, however often and over whichever transport it is sent**, until the poll is archived.

- A **receipt** is final. \`accepted\` means counted and on disk; \`duplicate\`, \`over-limit\`, \`late\` and \`not-eligible\` mean not counted, and why.
  There is nothing to send again after one. Whoever does all the same gets an \`accepted\` one again as it was; one that was not counted may be judged anew when the server has started again since, and from
  the poll’s archiving on, when nobody can tell any more who sent a ballot, every one is \`late\`.
- HTTP **400**, **401**, **413** (on the WebSocket an \`error\` without \`retryAfterMs\`) are final for what was sent: it was no ballot, and nothing was counted. After 401 join again; the ballot may go again under the new token.
- **Anything else means: not known.** An error with \`retryAfterMs\`, another status, a closed connection, no answer in 10 s: send the same ballot **with the same id** again, after \`retryAfterMs\` and a random part of \`hints.jitterMs\`. It can't count twice.

Go on until there is an answer, also when the poll has closed meanwhile: a ballot whose first sending had arrived gets the receipt of that.`,

  results: `## Results
\`results\` is there while viewers may see the count of the poll it names (\`pollId\`, \`round\`), and is gone when not. Until \`final\` it is a live count that still changes. \`visibility\` says which numbers it holds. \`answer\` names the right options once they are revealed.`,

  hints: `## Hints
Every state carries \`hints\`, and clients obey those of the newest one: poll no more often than \`cadenceMs\`; after a lost connection or an error wait \`retryAfterMs\` (that of the answer, if it has one) plus a random part of
\`jitterMs\`, because everybody else was cut off in the same moment; make the *next* connection over \`transport\` (\`ws\`, \`sse\`, \`poll\`), a running one stays. Votes go over any transport at any time.`,

  limits: `## Limits
A message: ${bytes(EDGE_LIMITS.messageBytes)}. Headers: ${bytes(EDGE_LIMITS.headerBytes)} (431). A request is there whole within ${seconds(EDGE_LIMITS.requestMs)} (408). A voter: ${ballotsPerVoter.burst} ballots at once, then ${ballotsPerVoter.perS} a second, refused ones
included (\`rate-limited\`). A network (an IPv4 address, an IPv6 /64): ${arrivalsPerNetwork.burst.toLocaleString('en')} arrivals at once, then ${arrivalsPerNetwork.perS} a second, and ${wrongCodesPerNetwork.burst} wrong rehearsal codes, then ${wrongCodesPerNetwork.perS} a second
(an IPv6 /48: ${wrongCodesPerWiderNetwork.burst}, then ${wrongCodesPerWiderNetwork.perS}). Loopback has none of these two limits. A WebSocket: ${framesPerSocket.burst} frames that are no ballots at once, control frames and parts of messages among them, then ${framesPerSocket.perS} a second, and a hundred times as many ballots; one that sends more
is closed (\`bye\` with \`too-many-frames\`, close code 1008), and so is one whose message comes in more than 128 frames. A socket that has not said hello, or a connection that has sent no request, may be ended to make room for others: say it at once.`,

  rehearsal: `## Rehearsal
A show in rehearsal looks like a live one with nothing on air. With its code (\`?code=\`, \`"code"\` in \`join\` and \`hello\`) it shows the rehearsal, and the token is one for the rehearsal. That is taken without the code for as long as it holds, and renewed only together with it. **The code may be changed at any time**: tokens of the old one have ended then (401, \`bye\` with \`bad-token\`, a new live one at \`join\`), streams of the rehearsal end, and the old code is \`bad-code\` like any wrong one, though it counts as no guess. A token counts only in the mode it was made for; ballots of the other mode are \`not-eligible\`.`,

  versions: `## What may change
Within version 1 fields, messages and error codes are added, never changed or dropped. Ignore fields and messages that you don't know; take an unknown error with \`retryAfterMs\` as “not known, again later”, one without as final.`,
} as const;
