import { badInput, Failure } from "../../../config/failure/failure.js";
import { list } from "../../../config/findings/enumeration.js";
import type { SecretRef } from "../../../config/schema/primitives.js";
import { ask } from "../../../dynamic-providers/transport/pvesh/ask.js";
import { look } from "../../../dynamic-providers/transport/ssh/look.js";
import { shownHostKey } from "../../../dynamic-providers/transport/ssh/shown-key.js";
import { type Onlooker, onlooker } from "../../hosts/onlooker.js";
import type { SeenHost, Sight } from "../sight.js";
import { clusterParts } from "./cluster-parts.js";
import type { HostFacts } from "./host-facts.js";
import { hostScript } from "./host-script.js";
import { identified } from "./identified.js";
import { parseHostFacts } from "./read-host.js";

const PATIENCE_MS = 10_000;
const SCRIPT_MS = 90_000;
const CLUSTER_MS = 180_000;

export interface ShownKey {
  readonly address: string;
  readonly fingerprint: string;
}

/** How hosts are entered. Nothing is left on them. */
export interface WayIn {
  readonly port: number;
  readonly key: SecretRef | undefined;
  readonly password: SecretRef | undefined;
  /** Where the stack keeps the program's own key, if it has one. */
  readonly folder: string;
  readonly secrets: Parameters<typeof onlooker>[0];
}

/** What every host shows before anybody logs in. */
export async function shownKeys(addresses: readonly string[], port: number): Promise<ShownKey[]> {
  return await Promise.all(
    addresses.map(async (address) => ({
      address,
      fingerprint: await shownHostKey({ host: address, port }, PATIENCE_MS),
    })),
  );
}

/** Reads hosts whose keys somebody has agreed to, and the cluster that they are. */
export async function survey(keys: readonly ShownKey[], way: WayIn): Promise<Sight> {
  const looking = onlooker(way.secrets, PATIENCE_MS, () => undefined);
  try {
    const facts = await Promise.all(keys.map((key) => askHost(key, way, looking)));
    const hosts = identified(facts);
    return { hosts, cluster: await askCluster(hosts, way, looking) };
  } finally {
    looking.leave();
  }
}

const shellOf = ({ address, fingerprint }: ShownKey, way: WayIn, looking: Onlooker) =>
  looking.shell(
    {
      host: address,
      node: address,
      port: way.port,
      user: "root",
      hostKey: fingerprint,
      knownHostsFile: `${way.folder}/known_hosts`,
      auth: {
        ...(way.key === undefined ? { keyFile: `${way.folder}/id_ed25519` } : { key: way.key }),
        agent: true,
        ...(way.password === undefined ? {} : { password: way.password }),
      },
    },
    "init",
  );

async function askHost(key: ShownKey, way: WayIn, looking: Onlooker): Promise<HostFacts> {
  try {
    const said = await look(shellOf(key, way, looking), {
      script: hostScript(),
      verb: "read what the host has",
      timeoutMs: SCRIPT_MS,
      repeatable: false,
    });
    return parseHostFacts(said, key);
  } catch (thrown) {
    throw thrown instanceof Failure && thrown.tried.startsWith("to log in")
      ? notLetIn(thrown, way)
      : thrown;
  }
}

function notLetIn(failure: Failure, { key, password }: WayIn): Failure {
  const tried = [
    key === undefined
      ? "the program's own key beside the stack's state, if there is one"
      : "the key of --key",
    "the ssh agent, if there is one",
    ...(password === undefined ? [] : ["the password of --password"]),
  ];
  return new Failure(failure.kind, {
    tried: failure.tried,
    where: failure.where,
    cameBack: `it took none of: ${list(tried, "and")}`,
    doNext:
      password === undefined
        ? "Say where root's password is, by `--password env:NAME` or `--password ssm:/path`, or where a key is, by `--key env:NAME`."
        : "Check the password; hosts of an earlier run take keys alone, so say where that key is by `--key env:NAME`.",
  });
}

/** A member that has quorum speaks for all; hosts in no cluster have what the first of them has. */
async function askCluster(
  hosts: readonly SeenHost[],
  way: WayIn,
  looking: Onlooker,
): Promise<Sight["cluster"]> {
  const members = hosts.filter(({ membership }) => membership.conf !== undefined);
  const spokesman = members.find(({ membership }) => membership.quorate) ?? members[0] ?? hosts[0];
  if (spokesman === undefined) {
    throw badInput("No host was named.");
  }
  const major = spokesman.membership.pveVersion.startsWith("8.") ? 8 : 9;
  const hasCeph = spokesman.membership.ownConfiguration.some((line) =>
    line.startsWith("ceph.conf:"),
  );
  const { parts, read } = clusterParts(spokesman.node, major, hasCeph);
  return read(
    await ask(shellOf(spokesman, way, looking), parts, {
      verb: "read what the cluster has",
      timeoutMs: CLUSTER_MS,
      tried: "to read what the cluster has",
      doNext: "Look at `pvecm status` there; without quorum much of a cluster does not answer.",
    }),
  );
}
