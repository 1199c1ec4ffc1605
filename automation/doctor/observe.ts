import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { Cancellation } from "../../dynamic-providers/transport/base/cancellation.js";
import { systemClock } from "../../dynamic-providers/transport/base/clock.js";
import { runLogFromEnvironment } from "../../dynamic-providers/transport/base/run-log.js";
import { SecretResolver } from "../../dynamic-providers/transport/secrets/resolver.js";
import { ParameterStore } from "../../dynamic-providers/transport/secrets/ssm.js";
import { SshPool } from "../../dynamic-providers/transport/ssh/pool.js";
import { type NodeAnswer, parseNodeFacts } from "./node-facts.js";
import { doctorScript } from "./node-script.js";
import { askDevice, type DeviceAnswer } from "./power-devices.js";
import { questionsFor } from "./questions.js";
import { troubleOf } from "./trouble.js";

export interface Observation {
  readonly nodes: readonly NodeAnswer[];
  readonly devices: readonly DeviceAnswer[];
}

const CONNECT_MS = 5_000;
const SCRIPT_MS = 90_000;

/** Asks all nodes and all power devices at once. Neither hosts nor this machine keep a trace of it. */
export async function observe(
  spec: ClusterSpec,
  plan: ClusterPlan,
  cluster: boolean,
  stackConfig: (key: string) => string | undefined,
): Promise<Observation> {
  const clock = systemClock;
  const resolver = new SecretResolver({
    store: new ParameterStore(spec.secrets.ssm ?? {}, clock),
    stackConfig,
    env: process.env,
  });
  const pool = new SshPool({
    dial: {
      resolve: (reference) => resolver.resolve(reference),
      timeoutMs: CONNECT_MS,
      keepAliveMs: CONNECT_MS,
    },
    connect: {
      deadlineMs: CONNECT_MS,
      attempts: 1,
      firstDelayMs: 100,
      factor: 1,
      longestDelayMs: 100,
    },
    clock,
    log: runLogFromEnvironment(),
    cancellation: new Cancellation(),
    leavesNoKey: true,
  });
  const scratch = mkdtempSync(path.join(tmpdir(), "proxmox-ha-doctor-"));
  try {
    const [nodes, devices] = await Promise.all([
      Promise.all(
        plan.connections.map((connection) => askNode(plan, connection, cluster, pool, scratch)),
      ),
      Promise.all(
        plan.fencing.devices.map((device) =>
          askDevice(spec, device, (reference) => resolver.resolve(reference)),
        ),
      ),
    ]);
    return { nodes, devices };
  } finally {
    pool.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function askNode(
  plan: ClusterPlan,
  connection: ConnectionPlan,
  cluster: boolean,
  pool: SshPool,
  scratch: string,
): Promise<NodeAnswer> {
  const { node } = connection;
  try {
    const script = doctorScript(questionsFor(plan, node, cluster));
    const sentMs = Date.now();
    const result = await pool
      .session(traceless(connection, scratch))
      .run(
        script,
        { timeoutMs: SCRIPT_MS, repeatable: false, verb: "examine the host" },
        { resource: "doctor", changes: () => false },
      );
    return parseNodeFacts(node, result.stdout, { sentMs, doneMs: Date.now() });
  } catch (error) {
    return { node, reachable: false, ...troubleOf(error) };
  }
}

/** The same way to the host, without making a key pair or recording a host key that was not known before. */
function traceless(connection: ConnectionPlan, scratch: string): ConnectionPlan {
  const knownHostsFile = path.join(scratch, `known_hosts-${connection.node}`);
  if (existsSync(connection.knownHostsFile)) {
    copyFileSync(connection.knownHostsFile, knownHostsFile);
  }
  const { keyFile, ...others } = connection.auth;
  return {
    ...connection,
    knownHostsFile,
    auth: keyFile !== undefined && existsSync(keyFile) ? { ...others, keyFile } : others,
  };
}
