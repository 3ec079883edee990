/** Votes for the first option of each poll and prints receipts and results: node docs/example-client.mjs http://localhost:4320 */
const address = `${(process.argv[2] ?? 'http://localhost:4320').replace(/^http/, 'ws')}/v1/ws`;
const unanswered = new Map(); // ballots by id
const voted = new Set(); // a poll and its round, once each
let token = null;
let held = { epoch: 0, rev: 0, show: null, hints: { retryAfterMs: 1_000, jitterMs: 3_000 } };

function connect() {
  const socket = new WebSocket(address);
  let retryAfterMs = null;
  const say = (frame) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));
  const handlers = {
    welcome: (frame) => {
      token = frame.token ?? token;
      handlers.state(frame);
      for (const ballot of unanswered.values()) say({ t: 'ballot', ...ballot });
    },
    state: ({ t, state }) => {
      if (state.epoch < held.epoch || (state.epoch === held.epoch && state.rev <= held.rev)) return;
      if (state.show !== held.show) for (const kept of [unanswered, voted]) kept.clear(); // another show at this address
      held = state;
      if (state.results?.final) console.log('result', JSON.stringify(state.results));
      const { poll } = state;
      if (poll?.intake !== 'open' || voted.has(`${poll.id} ${poll.round}`)) return;
      voted.add(`${poll.id} ${poll.round}`);
      const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(36)).join('-');
      const ballot = { id, pollId: poll.id, round: poll.round, choice: [poll.options[0].id] };
      unanswered.set(id, ballot);
      if (t === 'state') say({ t: 'ballot', ...ballot }); // a welcome sends whatever has no answer
    },
    receipt: ({ receipt, token: renewed }) => {
      token = renewed ?? token;
      if (unanswered.delete(receipt.ballotId)) console.log('receipt', JSON.stringify(receipt));
    },
    error: ({ ref, message, retryAfterMs: waitMs }) => {
      console.log('error', message);
      const ballot = unanswered.get(ref);
      if (waitMs === undefined) unanswered.delete(ref);
      else if (ballot) setTimeout(say, waitMs + Math.random() * held.hints.jitterMs, { t: 'ballot', ...ballot });
    },
    bye: (frame) => {
      retryAfterMs = frame.retryAfterMs;
      if (frame.reason === 'bad-token') token = null;
    },
  };
  socket.onopen = () => say({ t: 'hello', token, epoch: held.epoch, rev: held.rev });
  socket.onmessage = ({ data }) => handlers[JSON.parse(data).t]?.(JSON.parse(data));
  socket.onclose = () =>
    setTimeout(connect, (retryAfterMs ?? held.hints.retryAfterMs) + Math.random() * held.hints.jitterMs);
}
connect();
