/** States of the peers: as long as the product's own while a poll between three options is open. */
export function peerState(rev: number, openedAtMs: number): string {
  return JSON.stringify({
    v: 1,
    epoch: 1_795_892_400,
    rev,
    show: '5f1c3a52-9d0e-4b7a-8c46-2e1f7a90b3d8',
    mode: 'live',
    title: 'Test show',
    poll: {
      id: 'q1',
      round: 1,
      kind: 'single',
      text: 'Who wins q1?',
      options: ['a', 'b', 'c'].map((id) => ({ id, text: id.toUpperCase() })),
      min: 1,
      max: 1,
      intake: 'open',
      openedAtMs,
      closesAtMs: openedAtMs + 3_600_000,
      graceMs: 2_000,
    },
    hints: { level: 0, cadenceMs: 1_000, jitterMs: 3_000, retryAfterMs: 1_000, transport: 'ws' },
  });
}
