import { z } from "zod";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import { ask } from "../../transport/pvesh/ask.js";
import { type EndedTask, get, startTask } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import type { Part } from "../../transport/pvesh/part.js";
import { askCeph, tellCeph } from "../ceph-command.js";
import { runCephStep } from "../step.js";
import {
  type FoundPool,
  type PoolStep,
  planPool,
  poolParameters,
  poolRow,
  quotaRows,
} from "./plan.js";
import { type CephPoolInputs, cephPoolInputs, cephPoolOutputs } from "./schema.js";

const QUOTAS = askCeph(["osd", "pool", "ls", "detail"], quotaRows);
const DO_NEXT = "Look at `ceph -s` and `pveceph pool ls` there, then run `pulumi up` again.";

/**
 * A replicated pool. Proxmox applies properties to a pool of the same name instead of refusing it, so nothing is sent before a look;
 * and a pool that was made without all of its properties by a cut run is found by the next one, which sets the rest.
 */
export const cephPool = defineProvider<
  CephPoolInputs,
  CephPoolInputs,
  FoundPool | undefined,
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
    const said = await ask(host, [list, QUOTAS], {
      verb: "look at the pools",
      timeoutMs: 120_000,
      tried: "to look at the pools",
      doNext: DO_NEXT,
    });
    const row = said.of(list).find(({ pool_name }) => pool_name === pool);
    const limits = said.of(QUOTAS).find(({ pool_name }) => pool_name === pool);
    return row && { ...row, quotaBytes: limits?.quota_max_bytes ?? 0 };
  },
  plan: planPool,
  async apply(changes, state, context, inputs) {
    const host = context.host(state.connection);
    const wanted = inputs ?? state;
    const { pool, poolDeadlineMs } = state;
    const steps = changes.map(({ step }) => step);
    const set = steps.flatMap((step) =>
      step.do === "set" ? [[step.key, step.value] as const] : [],
    );
    const run = (doing: string, task: Part<EndedTask>): Promise<void> =>
      runCephStep(
        {
          // Of one pool: another one's work must not be taken for it.
          unit: `proxmox-ha-ceph-pool-${pool.replaceAll(/[^A-Za-z0-9-]/g, "_")}`,
          doing: `${doing} the pool ${pool}`,
          task,
          deadlineMs: poolDeadlineMs,
          doNext: DO_NEXT,
        },
        host,
        context.clock,
      );
    const making = steps.some((step) => step.do === "create");
    if (making) {
      const path = apiPath("create", `/nodes/${host.node}/ceph/pool`);
      await run("making", startTask("create", path, poolParameters(wanted)));
    }
    if (set.length > 0) {
      const path = apiPath("set", `/nodes/${host.node}/ceph/pool/${pool}`);
      await run("changing", startTask("set", path, Object.fromEntries(set)));
    }
    const { quotaBytes } = wanted;
    if (quotaBytes !== undefined && (making || steps.some((step) => step.do === "quota"))) {
      const limit = tellCeph("osd", "pool", "set-quota", pool, "max_bytes", String(quotaBytes));
      await ask(host, [limit], {
        verb: `set the quota of ${pool}`,
        timeoutMs: 120_000,
        repeatable: true,
        tried: `to set the quota of the pool ${pool}`,
        doNext: DO_NEXT,
      });
    }
  },
  outputs: told(cephPoolOutputs, (found) => ({ placementGroups: found?.pg_num ?? 0 })),
  gone: (found) => found === undefined,
});
