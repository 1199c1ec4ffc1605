import { z } from "zod";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import { ask } from "../../transport/pvesh/ask.js";
import { get, startTask } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import { runCephStep } from "../step.js";
import { type PoolRow, type PoolStep, planPool, poolParameters, poolRow } from "./plan.js";
import { type CephPoolInputs, cephPoolInputs, cephPoolOutputs } from "./schema.js";

const DO_NEXT = "Look at `ceph -s` and `pveceph pool ls` there, then run `pulumi up` again.";

/**
 * A replicated pool. Proxmox applies properties to a pool of the same name instead of refusing it, so nothing is sent before a look;
 * and a pool that was made without all of its properties by a cut run is found by the next one, which sets the rest.
 */
export const cephPool = defineProvider<
  CephPoolInputs,
  CephPoolInputs,
  PoolRow | undefined,
  PoolStep
>({
  kind: "pveceph/pool",
  schemaVersion: 1,
  inputs: cephPoolInputs,
  state: cephPoolInputs,
  identity: ["cluster", "pool"],
  deadlineMs: 600_000,
  subject: ({ pool }) => `the pool ${pool}`,
  id: ({ cluster, pool }) => `${cluster}/${pool}`,
  remember: (inputs) => inputs,
  async observe({ connection, pool }, context) {
    const host = context.host(connection);
    const list = get(apiPath("get", `/nodes/${host.node}/ceph/pool`), z.array(poolRow));
    const said = await ask(host, [list], {
      verb: "look at the pools",
      timeoutMs: 120_000,
      tried: "to look at the pools",
      doNext: DO_NEXT,
    });
    return said.of(list).find(({ pool_name }) => pool_name === pool);
  },
  plan: planPool,
  async apply(changes, state, context, inputs) {
    const host = context.host(state.connection);
    const { pool, poolDeadlineMs } = state;
    const set = changes.flatMap(({ step }) =>
      step.do === "set" ? [[step.key, step.value] as const] : [],
    );
    const task =
      set.length > 0
        ? startTask(
            "set",
            apiPath("set", `/nodes/${host.node}/ceph/pool/${pool}`),
            Object.fromEntries(set),
          )
        : startTask(
            "create",
            apiPath("create", `/nodes/${host.node}/ceph/pool`),
            poolParameters(inputs ?? state),
          );
    await runCephStep(
      {
        // Of one pool: another one's work must not be taken for it.
        unit: `proxmox-ha-ceph-pool-${pool.replaceAll(/[^A-Za-z0-9-]/g, "_")}`,
        doing: `${set.length > 0 ? "changing" : "making"} the pool ${pool}`,
        task,
        deadlineMs: poolDeadlineMs,
        doNext: DO_NEXT,
      },
      host,
      context.clock,
    );
  },
  outputs: told(cephPoolOutputs, (found) => ({ placementGroups: found?.pg_num ?? 0 })),
  gone: (found) => found === undefined,
});
