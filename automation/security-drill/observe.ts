import { Failure } from "../../config/failure/failure.js";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import { ask } from "../../dynamic-providers/transport/pvesh/ask.js";
import type { Part } from "../../dynamic-providers/transport/pvesh/part.js";
import { offeredWays } from "../../dynamic-providers/transport/ssh/offered-ways.js";
import type { Shell } from "../../dynamic-providers/transport/ssh/run-options.js";
import type { Stage } from "../fence/stage.js";
import { openPorts } from "../hosts/open-ports.js";
import { ACL, REALMS, ROLES, SECOND_FACTORS, USERS } from "./access-parts.js";
import { type ExpectedPorts, isExpected } from "./expected-ports.js";
import { type Fact, known, unknown } from "./fact.js";
import {
  CERTIFICATES,
  DUO_SERVICES,
  LISTENERS,
  SECRET_FILES,
  SSHD,
  UPDATES,
} from "./host-parts.js";
import type { Accounts } from "./judge/access.js";
import { isStrange } from "./judge/ports.js";
import type { Listener } from "./listeners.js";

const SCRIPT_MS = 90_000;
const LOGIN_MS = 10_000;
/** Ports that are tried from here though a host tells of nobody there: somebody may pass them on. */
const OFTEN_OPEN = [23, 85, 111, 445, 873, 2049, 2375, 5985, 9090, 9100, 10250] as const;
const MOST_TRIED = 100;

type FactIn<P> = P extends Part<infer F> ? F : never;

export interface HostSight {
  readonly node: string;
  readonly answers: boolean;
  readonly sshd: FactIn<typeof SSHD>;
  readonly listeners: FactIn<typeof LISTENERS>;
  readonly certificates: FactIn<typeof CERTIFICATES>;
  readonly secrets: FactIn<typeof SECRET_FILES>;
  readonly updates: FactIn<typeof UPDATES>;
  readonly duo: FactIn<typeof DUO_SERVICES>;
  readonly accounts: Accounts;
  /** From here. */
  readonly offered: Fact<readonly string[]>;
  readonly open: Fact<readonly number[]>;
}

const PARTS = [
  SSHD,
  LISTENERS,
  CERTIFICATES,
  SECRET_FILES,
  UPDATES,
  DUO_SERVICES,
  USERS,
  ACL,
  SECOND_FACTORS,
  REALMS,
  ROLES,
];

/** One host, by itself and from here; nothing on it is changed. */
export async function observeHost(
  { looks }: Pick<Stage, "looks">,
  connection: ConnectionPlan,
  expected: readonly ExpectedPorts[],
  nfs: boolean,
): Promise<HostSight> {
  const { node } = connection;
  const [own, offered] = await Promise.all([
    ofItself(looks(node)),
    fromHere(connection, () => offeredWays(connection, LOGIN_MS)),
  ]);
  const listeners = own.listeners.known ? own.listeners.value : [];
  const tried = portsToTry(listeners, expected, nfs);
  const open = await fromHere(connection, () => opened(connection, tried));
  return { node, ...own, offered, open };
}

type OwnSight = Omit<HostSight, "node" | "offered" | "open">;

async function ofItself(shell: Shell): Promise<OwnSight> {
  const answers = await askAll(shell);
  const of = <Value>(part: Part<Fact<Value>>): Fact<Value> =>
    answers.known ? answers.value.of(part) : answers;
  return {
    answers: answers.known,
    sshd: of(SSHD),
    listeners: of(LISTENERS),
    certificates: of(CERTIFICATES),
    secrets: of(SECRET_FILES),
    updates: of(UPDATES),
    duo: of(DUO_SERVICES),
    accounts: {
      users: of(USERS),
      acl: of(ACL),
      factors: of(SECOND_FACTORS),
      realms: of(REALMS),
      roles: of(ROLES),
    },
  };
}

async function askAll(shell: Shell): Promise<Fact<Awaited<ReturnType<typeof ask>>>> {
  try {
    return known(
      await ask(shell, PARTS, {
        verb: "look at its security",
        timeoutMs: SCRIPT_MS,
        tried: "to look at its security",
        doNext: "Nothing was changed.",
      }),
    );
  } catch (thrown) {
    if (!(thrown instanceof Failure)) {
      throw thrown;
    }
    return unknown(thrown.cameBack);
  }
}

/** What strangers would find, as far as the list of usual ports and of what the host itself tells goes. */
export function portsToTry(
  listeners: readonly Listener[],
  expected: readonly ExpectedPorts[],
  nfs: boolean,
): readonly number[] {
  const told = listeners
    .filter((one) => one.protocol === "tcp" && isStrange(one, expected, nfs))
    .map(({ port }) => port);
  const usual = OFTEN_OPEN.filter((port) => !isExpected({ protocol: "tcp", port }, expected));
  return [...new Set([...usual, ...told])].slice(0, MOST_TRIED);
}

/** Whoever does not even take ssh is not reached, and then closed ports say nothing. */
async function opened(
  { host, port }: ConnectionPlan,
  tried: readonly number[],
): Promise<readonly number[]> {
  const open = await openPorts(host, [port, ...tried]);
  if (!open.includes(port)) {
    throw new Error(`not even ssh at ${host}:${port} takes a connection from here`);
  }
  return open.filter((one) => one !== port);
}

async function fromHere<Value>(
  { jump }: ConnectionPlan,
  look: () => Promise<Value>,
): Promise<Fact<Value>> {
  if (jump !== undefined) {
    return unknown("the host is reached through a jump host only; run the drill beside the hosts");
  }
  try {
    return known(await look());
  } catch (thrown) {
    return unknown(thrown);
  }
}
