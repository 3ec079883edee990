/** The people of an evening, what they do, and everything that each of them is told of it, with plain names. */
import type { PublicState } from '../../../shared/protocol/audience.ts';
import type { CommandType, Role } from '../../../shared/protocol/commands.ts';
import type { DeskCue, DeskState } from '../../../shared/protocol/desk-state.ts';
import type { JournalPage } from '../../../shared/protocol/records.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import type { HttpAnswer } from '../testing/desk-client.ts';
import { DeskSocket } from '../testing/desk-socket.ts';
import { audienceCall } from '../testing/http-viewer.ts';
import type { Server } from '../testing/server.ts';
import { until, untilTime } from '../testing/until.ts';
import { type Transport, type Voter, voterOn } from '../testing/voters.ts';
import { WsViewer } from '../testing/ws-viewer.ts';
import { asState, comparedToProducer, type PublicLook, publicly } from './compared.ts';
import { type Json, PlainNames, SCENE_IDS } from './plain-names.ts';

const ROLES = ['producer', 'operator', 'director', 'verifier'] as const satisfies readonly Role[];
const MODES = ['live', 'rehearsal'] as const;
/** Two acts never have one time, or they would share its name on one evening and not on the next. */
const APART_MS = 3;

export interface Wish {
  target?: string;
  payload?: unknown;
  expectedRevision?: number;
}
/** What must be seen before anything is recorded, because it comes to viewers a moment after its command. */
export type Seen = { [mode in (typeof MODES)[number]]?: (state: PublicState) => boolean };

/** The whole evening: who has which name, and how far it has got. */
export class Evening {
  readonly server: Server;
  readonly names: PlainNames;
  commands = 0;
  /** The poll that went on air last, and its ballots that were counted. */
  poll = '';
  counted = new Set<string>();
  /** Journal sequence up to which the log has been recorded. */
  revision = 0;

  constructor(server: Server) {
    this.server = server;
    this.names = new PlainNames({ 'rehearsal code': server.ready.rehearsalCode });
  }
}

/** One moment of it. */
export class Scene {
  readonly #evening: Evening;
  readonly #steps: unknown[] = [];
  readonly #looks: Record<string, PublicLook> = {};
  readonly #sockets = new Map<Role, DeskSocket>();
  readonly #viewers = new Map<string, WsViewer>();
  #wsViewers = 0;

  private constructor(evening: Evening) {
    this.#evening = evening;
  }

  /** A moment with two desks on sockets and a viewer on each side of the rehearsal's door. */
  static async begin(evening: Evening): Promise<Scene> {
    const scene = new Scene(evening);
    for (const role of ['producer', 'director'] as const) scene.#sockets.set(role, await scene.#socket(role));
    for (const mode of MODES) scene.#viewers.set(mode, await scene.#viewer(mode));
    return scene;
  }

  /** A command and its answer, whatever it is. */
  async send(role: Role, type: CommandType, wish: Wish = {}): Promise<HttpAnswer> {
    await untilTime(Date.now() + APART_MS);
    this.#evening.commands += 1;
    const id = `${SCENE_IDS}${String(this.#evening.commands).padStart(12, '0')}`;
    const answer = await this.#server.desk(role).send({ id, type, ...wish });
    this.#steps.push({ desk: role, type, ...wish, status: answer.status, answer: answer.body });
    return answer;
  }

  /** GO, as soon as the second between two GOs has passed. */
  async go(cueId: string): Promise<void> {
    const { show } = await this.state();
    await untilTime((show.lastGoAtMs ?? 0) + 1_100);
    if ((await this.cue(cueId)).kind !== 'cta') Object.assign(this.#evening, { poll: cueId, counted: new Set() });
    await this.send('producer', 'cue.go', { target: cueId });
  }

  async call(role: Role, path: string): Promise<HttpAnswer> {
    const { status, body } = await this.#server.desk(role).call('GET', path);
    this.#steps.push({ desk: role, path, status, answer: body });
    return { status, body };
  }

  async voter(transport: Transport, { rehearses = false } = {}): Promise<Voter> {
    const { audienceUrl, ready } = this.#server;
    if (transport === 'ws') this.#wsViewers += 1;
    return voterOn(transport, { audienceUrl, ...(rehearses ? { code: ready.rehearsalCode } : {}) });
  }

  /** A ballot and its answer, whatever it is. */
  async cast(voter: Voter, ballot: Record<string, unknown>): Promise<void> {
    const { status, raw, receipt } = await voter.cast(ballot);
    if (receipt?.status === 'accepted') this.#evening.counted.add(receipt.ballotId);
    this.#steps.push({ viewer: voter.transport, voterId: voter.voterId, ballot, status, answer: raw });
  }

  closed(cueId: string, intake: 'closed' | 'verified'): Promise<unknown> {
    return this.#server.desk().waitForIntake(cueId, intake);
  }

  /** Waits for the entry that seals a run which was taken off the air: it comes by itself, and takes the next revision. */
  async sealed(runId: string): Promise<void> {
    const isSeal = (entry: { type: string; command: unknown }) =>
      entry.type === 'system.seal' && JSON.stringify(entry.command).includes(`"${runId}"`);
    await until(async () => (await this.#log('owner')).entries.some(isSeal), {
      what: `${runId} is sealed`,
      isQuiet: true,
    });
  }

  /** Waits until the desk knows where the counted ballots came from; of a poll that is void by then it never hears. */
  async counted(): Promise<void> {
    await this.#settled('producer', await this.state());
  }

  /** Waits until every edge has confirmed what the switch asks for, and the board says so. */
  async switched(isOn: boolean): Promise<void> {
    await until(async () => (await this.state()).switches[0]?.inForce === isOn, { what: 'the switch', isQuiet: true });
  }

  /** Records that something holds which no plain name shows. */
  note(what: string, holds: boolean): void {
    this.#steps.push({ [what]: holds });
  }

  state(): Promise<DeskState> {
    return this.#server.desk().state();
  }

  async cue(cueId: string): Promise<DeskCue> {
    return this.#server.desk().cue(cueId);
  }

  /** What every viewer sees of it in the middle of the moment. */
  async look(name: string, seen: Seen): Promise<void> {
    this.#looks[name] = await this.#public(seen);
  }

  /** Everything that anybody is told, now that viewers have seen the last of it. */
  async end(seen: Seen): Promise<Json> {
    const { names } = this.#evening;
    this.#expectUndisturbed();
    const viewers = await this.#public(seen);
    // Named first, because a change tells the window that the end of a poll is explained by.
    const changes = await this.#changes();
    const steps = names.plain(this.#steps);
    const looks = Object.fromEntries(Object.entries(this.#looks).map(([name, look]) => [name, publicly(names, look)]));
    const desks = new Map<Role, Json>();
    for (const role of ROLES) desks.set(role, await this.#desk(role));
    const log = new Map<Role, Json>();
    for (const role of ROLES) log.set(role, names.plain(await this.#log(role)));
    this.#evening.revision = (await this.state()).revision;
    return {
      ...{ steps, changes, desks: comparedToProducer(desks), log: comparedToProducer(log) },
      ...{ looks, viewers: publicly(names, viewers) },
    };
  }

  /** On a machine that stands still for seconds the server does what it is made to do, and everything after it is another evening. */
  #expectUndisturbed(): void {
    const isRestarted = this.#server.events.some(({ event }) => event === 'restarted');
    const isUnjournaled = JSON.stringify(this.#steps).includes('"journaled":false');
    if (isRestarted)
      throw new Error('a part of the server was started again meanwhile: not the evening that is recorded');
    if (isUnjournaled) throw new Error('the disk was too slow for an act: not the evening that is recorded');
  }

  get #server(): Server {
    return this.#evening.server;
  }

  async #socket(role: Role): Promise<DeskSocket> {
    const { deskUrl, ready } = this.#server;
    const desk = await DeskSocket.open({ deskUrl, token: ready.deskTokens[role] });
    await until(() => desk.snapshots.length > 0, { what: `a snapshot for the ${role}`, isQuiet: true });
    return desk;
  }

  #viewer(mode: (typeof MODES)[number]): Promise<WsViewer> {
    const { audienceUrl, ready } = this.#server;
    this.#wsViewers += 1;
    return WsViewer.arrive({ audienceUrl, ...(mode === 'rehearsal' ? { code: ready.rehearsalCode } : {}) });
  }

  /** Each change of the moment as the sockets were told it, in order. */
  async #changes(): Promise<Json> {
    const { revision } = await this.state();
    const told = new Map<Role, Json>();
    for (const [role, { changes, notices, snapshots }] of this.#sockets) {
      const isTold = () => (changes.at(-1)?.revision ?? snapshots[0]?.revision ?? 0) >= revision;
      await until(isTold, { what: `the ${role} is told of all of it`, isQuiet: true });
      told.set(role, this.#evening.names.plain({ changes, notices }));
    }
    return comparedToProducer(told);
  }

  async #desk(role: Role): Promise<Json> {
    const desk = this.#server.desk(role);
    const state = await desk.state();
    const vitals = await this.#settled(role, state);
    const onWire = await this.#socket(role);
    const [first] = onWire.snapshots;
    const resynced = await onWire.resync();
    onWire.socket.close();
    const left = this.#sockets.size;
    await until(async () => (await desk.vitals()).desks === left, { what: 'that desk has left', isQuiet: true });
    const { names } = this.#evening;
    const plain = names.plain(state);
    return {
      state: plain,
      snapshot: asState(plain, names.plain(first?.state)),
      resynced: asState(plain, names.plain(resynced.state)),
      heads: names.plain([first, resynced].map((one) => ({ ...one, state: null }))),
      vitals: names.plain(lasting(vitals, state)),
    };
  }

  /** Vitals that have heard of every viewer and every counted ballot: they come by heartbeats, a moment later. */
  #settled(role: Role, { cues }: DeskState): Promise<Vitals> {
    const { poll, counted } = this.#evening;
    const isShown = counted.size > 0 && cues.some(({ id, visibility }) => id === poll && visibility.desk !== 'hidden');
    return until(
      async () => {
        const now = await this.#server.desk(role).vitals();
        const [edge, ...others] = now.edges;
        const isThere = edge?.ready === true && edge.ws === this.#wsViewers && others.length === 0;
        const hasCounted = now.runs.every(({ reconciled }) => reconciled);
        const knowsNetwork = !isShown || now.networks === undefined || now.networks[0]?.ballots === counted.size;
        const holdsCues = now.preflight.edges.text.includes('newest');
        return isThere && hasCounted && knowsNetwork && holdsCues && now.desks === this.#sockets.size && now;
      },
      { what: `settled vitals for the ${role}`, isQuiet: true },
    );
  }

  /** The journal since the moment began. */
  async #log(role: Role): Promise<JournalPage> {
    const since = `/api/v1/log?after=${this.#evening.revision}&limit=1000`;
    return (await this.#server.desk(role).call('GET', since)).body;
  }

  async #public(seen: Seen): Promise<PublicLook> {
    const { audienceUrl, ready } = this.#server;
    const told: PublicLook = {};
    for (const mode of MODES) {
      const query = mode === 'rehearsal' ? `?code=${ready.rehearsalCode}` : '';
      const viewer = this.#viewers.get(mode);
      const get = await until(
        async () => {
          const answer = await audienceCall(`${audienceUrl}/v1/state${query}`);
          const state = answer.body as PublicState;
          return (seen[mode]?.(state) ?? true) && viewer?.state?.rev === state.rev && answer;
        },
        { what: `the ${mode} viewers see it`, isQuiet: true },
      );
      const comer = await this.#viewer(mode);
      const { status, body, headers } = get;
      told[mode] = {
        head: { status, cache: headers.get('cache-control') },
        state: body as PublicState,
        welcome: comer.framesOf('welcome')[0] ?? null,
        frame: viewer?.framesOf('state').at(-1) ?? null,
      };
    }
    return told;
  }
}

/**
 * Of the vitals what stays for as long as nobody does anything: not the commits and runs of the last seconds, nor networks that only their
 * arrivals within a minute have made known.
 */
function lasting({ commits: _commits, ...vitals }: Vitals, { cues }: DeskState) {
  const open = new Set(cues.filter(({ intake }) => intake === 'open' || intake === 'paused').map(({ runId }) => runId));
  const { networks, runs } = vitals;
  return {
    ...vitals,
    ...(networks === undefined ? {} : { networks: networks.filter(({ ballots }) => ballots !== undefined) }),
    runs: runs.filter(({ runId }) => open.has(runId)),
  };
}
