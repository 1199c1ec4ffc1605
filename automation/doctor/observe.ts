import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { look } from "../../dynamic-providers/transport/ssh/look.js";
import { type OnBehalf, type Onlooker, onlooker } from "../hosts/onlooker.js";
import { askForBackups, type BackupsAnswer } from "./backups.js";
import { type NodeAnswer, parseNodeFacts } from "./node-facts.js";
import { doctorScript } from "./node-script.js";
import { askDevice, type DeviceAnswer } from "./power-devices.js";
import { questionsFor } from "./questions.js";
import { troubleOf } from "./trouble.js";

export interface Observation {
  readonly nodes: readonly NodeAnswer[];
  readonly devices: readonly DeviceAnswer[];
  /** Of a formed cluster whose file has backup jobs. */
  readonly backups?: BackupsAnswer;
}

const CONNECT_MS = 5_000;
const SCRIPT_MS = 90_000;

/** Asks all nodes and all power devices at once. Neither hosts nor this machine keep a trace of it. */
export async function observe(
  spec: ClusterSpec,
  plan: ClusterPlan,
  cluster: boolean,
  stackConfig: (key: string) => string | undefined,
  onBehalf?: OnBehalf,
): Promise<Observation> {
  const looking = onlooker(spec, CONNECT_MS, stackConfig, undefined, onBehalf);
  try {
    const [nodes, devices, backups] = await Promise.all([
      Promise.all(plan.nodes.map(({ connection }) => askNode(plan, connection, cluster, looking))),
      Promise.all(
        plan.fencing.devices.map((device) =>
          askDevice(device, (reference) => looking.resolver.resolve(reference)),
        ),
      ),
      cluster ? askForBackups(plan, looking) : undefined,
    ]);
    return { nodes, devices, ...(backups === undefined ? {} : { backups }) };
  } finally {
    looking.leave();
  }
}

async function askNode(
  plan: ClusterPlan,
  connection: ConnectionPlan,
  cluster: boolean,
  looking: Onlooker,
): Promise<NodeAnswer> {
  const { node } = connection;
  try {
    const script = doctorScript(questionsFor(plan, node, cluster));
    const sentMs = Date.now();
    const shell = looking.shell(connection, "doctor");
    const said = await look(shell, {
      script,
      verb: "examine the host",
      timeoutMs: SCRIPT_MS,
      repeatable: false,
    });
    return parseNodeFacts(node, said, { sentMs, doneMs: Date.now() });
  } catch (error) {
    return { node, reachable: false, ...troubleOf(error) };
  }
}
