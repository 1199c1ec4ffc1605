import { z } from "zod";
import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context, Host } from "../../kit/runtime.js";
import { until } from "../../shell/until.js";
import { ask } from "../../transport/pvesh/ask.js";
import { get } from "../../transport/pvesh/calls.js";
import { listOf, removeDaemon } from "../daemons.js";
import { runCephStep } from "../step.js";
import { strikeDaemon } from "../strike.js";
import { against, planRetired, type RetiredFacts } from "./plan.js";
import {
  type RetiredDaemon,
  type RetiredDaemonsInputs,
  retiredDaemonsInputs,
  retiredDaemonsOutputs,
} from "./schema.js";

const DO_NEXT = "Look at `ceph -s` there, mend what it names, then run `pulumi up` again.";

/** Monitors, managers and metadata servers that leave by consent, one after the other, each only when the rest serves without it. */
export const retiredCephDaemons = defineProvider<
  RetiredDaemonsInputs,
  RetiredDaemonsInputs,
  RetiredFacts,
  RetiredDaemon
>({
  kind: "pveceph/retired",
  schemaVersion: 1,
  inputs: retiredDaemonsInputs,
  state: retiredDaemonsInputs,
  identity: [],
  deadlineMs: 900_000,
  subject: ({ cluster }) => `the daemons of Ceph that leave ${cluster}`,
  id: ({ cluster }) => `${cluster}/ceph-retired`,
  remember: (inputs) => inputs,
  observe: ({ connection }, context) => lookAtAll(context.host(connection)),
  plan: planRetired,
  async apply(changes, state, context) {
    const host = context.host(state.connection);
    for (const { step } of changes) {
      await retire(step, state, host, context);
    }
  },
  outputs: told(retiredDaemonsOutputs, (facts, state) => ({
    left: planRetired(state, facts).map(({ path }) => path),
  })),
});

const MEMBERS = get(
  "/cluster/resources",
  z.array(z.object({ node: z.string().default(""), status: z.string().default("") })),
  { type: "node" },
);

async function lookAtAll(host: Host): Promise<RetiredFacts> {
  const lists = {
    monitor: listOf("monitor", host.node),
    manager: listOf("manager", host.node),
    "metadata server": listOf("metadata server", host.node),
  };
  const said = await ask(host, [...Object.values(lists), MEMBERS], {
    verb: "look at the daemons of Ceph",
    timeoutMs: 180_000,
    tried: "to look at the daemons of Ceph",
    doNext: DO_NEXT,
  });
  return {
    rows: {
      monitor: said.of(lists.monitor),
      manager: said.of(lists.manager),
      "metadata server": said.of(lists["metadata server"]),
    },
    online: said.of(MEMBERS).flatMap(({ node, status }) => (status === "online" ? [node] : [])),
  };
}

/** Looked at once more just before: a run after a cut one finds what that has taken away. */
async function retire(
  daemon: RetiredDaemon,
  { stepDeadlineMs }: RetiredDaemonsInputs,
  host: Host,
  context: Context,
): Promise<void> {
  const { role, node } = daemon;
  const seen = await lookAtAll(host);
  const isLost = !seen.online.includes(node);
  const why =
    against(daemon, seen.rows[role]) ??
    (isLost && role !== "monitor"
      ? "its node does not answer, and what is left of it lies there alone"
      : undefined);
  if (why !== undefined) {
    throw new Failure("refused", {
      tried: `to take the ${role} of ${node} away`,
      where: host.node,
      cameBack: `refused: ${why}`,
      doNext: `Bring up what is missing, or take the consent out of the stack file. ${DO_NEXT}`,
    });
  }
  if (isLost) {
    await strikeDaemon(role, node, host, context.clock, {
      deadlineMs: stepDeadlineMs,
      doNext: DO_NEXT,
    });
    context.log.say(
      `the monitor of ${node}, which did not answer, is out of the monitors' map and out of /etc/pve/ceph.conf; what lies on its disks stays there`,
    );
    return;
  }
  await runCephStep(
    {
      unit: `proxmox-ha-ceph-retire-${role.replace(" ", "-")}-${node}`,
      doing: `taking the ${role} of ${node} away`,
      task: removeDaemon(role, node, node),
      deadlineMs: stepDeadlineMs,
      doNext: DO_NEXT,
    },
    host,
    context.clock,
  );
  await until(
    async () => (await lookAtAll(host)).rows[role].some(({ name }) => name === node),
    (known) => !known,
    { deadlineMs: stepDeadlineMs, everyMs: 2_000, clock: context.clock },
  );
}
