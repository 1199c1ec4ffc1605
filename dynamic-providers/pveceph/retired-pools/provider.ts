import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context, Host } from "../../kit/runtime.js";
import { ask } from "../../transport/pvesh/ask.js";
import { startTask, tell } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import { runCephStep } from "../step.js";
import { endFilesystem } from "./files.js";
import { against, type Leaving, leavingOf, planRetiredPools } from "./plan.js";
import {
  type RetiredPool,
  type RetiredPoolsInputs,
  retiredPoolsInputs,
  retiredPoolsOutputs,
} from "./schema.js";
import { lookAtPools, type PoolsSight } from "./sight.js";

const DO_NEXT = "Then run `pulumi up` again.";

/** Storages, pools and file systems that leave by consent, one after the other; none of them while somebody's disk or file in use is in it. */
export const retiredCephPools = defineProvider<
  RetiredPoolsInputs,
  RetiredPoolsInputs,
  PoolsSight,
  Leaving
>({
  kind: "pveceph/retired-pools",
  schemaVersion: 1,
  inputs: retiredPoolsInputs,
  state: retiredPoolsInputs,
  identity: [],
  deadlineMs: 1_800_000,
  subject: ({ cluster }) => `the pools of Ceph that leave ${cluster}`,
  id: ({ cluster }) => `${cluster}/ceph-retired-pools`,
  remember: (inputs) => inputs,
  observe: ({ connection, pools }, context) =>
    lookAtPools(pools, context.host(connection), DO_NEXT),
  plan: planRetiredPools,
  async foresee(before, wanted, context) {
    const known = before?.pools.map(({ consent }) => consent) ?? [];
    const fresh = wanted.pools.filter(({ consent }) => !known.includes(consent));
    if (fresh.length === 0) {
      return;
    }
    const host = context.host(wanted.connection);
    const sight = await lookAtPools(fresh, host, DO_NEXT);
    for (const { path, from, step } of planRetiredPools({ ...wanted, pools: fresh }, sight)) {
      refuse(step, sight, wanted, host);
      context.log.say(
        step.it.kind === "storage"
          ? `the ${path} is taken out of Proxmox, and what is on it stays in Ceph: ${from}`
          : `the ${path} is destroyed with all that is in it: ${from}`,
      );
    }
  },
  async apply(changes, state, context) {
    const host = context.host(state.connection);
    for (const { step } of changes) {
      await destroy(step.it, state, host, context);
    }
  },
  outputs: told(retiredPoolsOutputs, (sight, state) => ({
    left: planRetiredPools(state, sight).map(({ path }) => path),
  })),
});

/** Looked at once more just before: a run after a cut one finds what that has left. */
async function destroy(
  it: RetiredPool,
  state: RetiredPoolsInputs,
  host: Host,
  context: Context,
): Promise<void> {
  const sight = await lookAtPools([it], host, DO_NEXT);
  const leaving = leavingOf(it, sight);
  if (leaving === undefined) {
    return;
  }
  refuse(leaving, sight, state, host);
  if (it.kind === "storage") {
    await takeOut(it.name, host);
    context.log.say(`the storage ${it.name} is taken out of Proxmox; what was on it stays in Ceph`);
    return;
  }
  if (leaving.isMounted) {
    const others = sight.filesystems.map(({ name }) => name).filter((name) => name !== it.name);
    await endFilesystem(leaving, others, state, host, context, DO_NEXT);
  }
  for (const { name, storedBytes } of leaving.pools) {
    await runCephStep(
      {
        unit: `proxmox-ha-ceph-destroy-${name.replaceAll(/[^A-Za-z0-9-]/g, "_")}`,
        doing: `destroying the pool ${name}`,
        task: startTask("delete", apiPath("delete", `/nodes/${host.node}/ceph/pool/${name}`), {
          // Proxmox looks once more whether a storage has images there.
          ...(it.kind === "pool" ? { remove_storages: true } : {}),
        }),
        deadlineMs: state.stepDeadlineMs,
        doNext: `Look at \`ceph -s\` and \`pveceph pool ls\` there. ${DO_NEXT}`,
      },
      host,
      context.clock,
    );
    context.log.say(`the pool ${name} with its ${storedBytes} bytes is destroyed`);
  }
}

/** Nodes keep a mount of it until they start anew, as Proxmox leaves it. */
async function takeOut(storage: string, host: Host): Promise<void> {
  const verb = `take the storage ${storage} out`;
  await ask(host, [tell("delete", apiPath("delete", `/storage/${storage}`))], {
    verb,
    timeoutMs: 120_000,
    repeatable: true,
    tried: `to ${verb}`,
    doNext: `Look at the storages there (\`pvesm status\`). ${DO_NEXT}`,
  });
}

function refuse(
  leaving: Leaving,
  sight: PoolsSight,
  { members }: RetiredPoolsInputs,
  host: Host,
): void {
  const { it } = leaving;
  const why = against(
    leaving,
    sight,
    members.map(({ node }) => node),
  );
  if (why.length > 0) {
    throw new Failure("refused", {
      tried:
        it.kind === "storage"
          ? `to take the storage ${it.name} out of Proxmox`
          : `to destroy the ${it.kind} ${it.name}`,
      where: host.node,
      cameBack: `refused, nothing of it was touched: ${why.join("; ")}`,
      doNext: `Move or remove what is named, which no consent does (disks: \`qm disk move\`, \`pvesm free\`; images that Proxmox does not list: \`rbd rm\`, \`rbd trash purge\`), or take \`${it.consent}\` out of the stack file. ${DO_NEXT}`,
    });
  }
}
