import { poolsOfErasure } from "../../../config/plan/ceph-erasure.js";
import { stays } from "../../../config/plan/ceph-stays.js";
import type { Change } from "../../kit/change.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Host } from "../../kit/runtime.js";
import type { Clock, HostShell } from "../../shell/shell.js";
import { ask } from "../../transport/pvesh/ask.js";
import { type EndedTask, startTask } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import type { Part } from "../../transport/pvesh/part.js";
import { asOwn, BEGUN, begin, type Finish, finish, isBegun } from "../begun.js";
import { tellAll, tellCeph } from "../ceph-command.js";
import { OF_CLUSTER, seenBy } from "../shared-looks.js";
import { runCephStep } from "../step.js";
import { type FoundParts, planErasurePool } from "./erasure-plan.js";
import { OSD_MAP, poolIn, poolsOn } from "./found.js";
import { type PoolStep, planPool, poolParameters } from "./plan.js";
import { type CephPoolInputs, cephPoolInputs, cephPoolOutputs } from "./schema.js";

const DO_NEXT = "Look at `ceph -s` and `pveceph pool ls` there, then run `pulumi up` again.";

/**
 * A replicated pool. Proxmox applies properties to a pool of the same name instead of refusing it, so nothing is sent before a look;
 * and a pool that was made without all of its properties by a cut run is known as its own by the next one, which sets the rest.
 */
export const cephPool = defineProvider<
  CephPoolInputs,
  CephPoolInputs,
  PoolFacts,
  PoolStep | Finish
>({
  kind: "pveceph/pool",
  schemaVersion: 1,
  inputs: cephPoolInputs,
  state: cephPoolInputs,
  identity: ["cluster", "pool"],
  deadlineMs: 600_000,
  foundFirst: true,
  subject: ({ pool }) => `the pool ${pool}`,
  id: ({ cluster, pool }) => `${cluster}/${pool}`,
  remember: (inputs) => inputs,
  observe: ({ connection, pool }, context) => find(seenBy(context, connection, OF_CLUSTER), pool),
  plan: planFacts,
  async apply(changes, state, context, inputs) {
    const host = context.host(state.connection);
    const wanted = inputs ?? state;
    const [first] = changes;
    if (first?.step.do !== "create") {
      await follow(changes, wanted, host, context.clock);
      return;
    }
    const path = apiPath("create", `/nodes/${host.node}/ceph/pool`);
    const task = startTask("create", path, poolParameters(wanted));
    await run("making", task, wanted, host, context.clock, [begin("pool", wanted.pool)]);
    // What is not part of the making is told by a look at what was made.
    await follow(planFacts(wanted, await find(host, wanted.pool)), wanted, host, context.clock);
  },
  outputs: told(cephPoolOutputs, (facts, { erasure }) => ({
    placementGroups: mainOf(facts, erasure)?.pg_num ?? 0,
  })),
  forgotten: (facts, { erasure, pool }) =>
    mainOf(facts, erasure) === undefined ? undefined : stays.pool(pool),
  gone: (facts, { erasure }) => mainOf(facts, erasure) === undefined,
});

interface PoolFacts extends FoundParts {
  /** A run has begun to make it and was cut. */
  readonly begun: boolean;
}

const mainOf = ({ pool, data }: PoolFacts, erasure: CephPoolInputs["erasure"]) =>
  erasure === undefined ? pool : data;

/** A pool that left the file is forgotten, and stays with all that lies in it. */
function planFacts(
  wanted: CephPoolInputs | undefined,
  facts: PoolFacts,
): Change<PoolStep | Finish>[] {
  const changes =
    wanted?.erasure === undefined
      ? planPool(wanted, facts.pool, facts.data)
      : planErasurePool(wanted, wanted.erasure, facts);
  return facts.begun && wanted !== undefined ? asOwn(changes) : changes;
}

async function find(host: HostShell, pool: string): Promise<PoolFacts> {
  const list = poolsOn(host.node);
  const said = await ask(host, [list, OSD_MAP, BEGUN], {
    verb: "look at the pools",
    timeoutMs: 120_000,
    tried: "to look at the pools",
    doNext: DO_NEXT,
  });
  const map = said.of(OSD_MAP);
  const named = (name: string) => poolIn(said.of(list), map, name);
  const { data, metadata } = poolsOfErasure(pool);
  return {
    pool: named(pool),
    data: named(data),
    metadata: named(metadata),
    profiles: map.erasure_code_profiles,
    begun: isBegun(said.of(BEGUN), "pool", pool),
  };
}

/** Changes of a pool that is there: those by Proxmox in one task, then those by Ceph's own words. */
async function follow(
  changes: readonly Change<PoolStep | Finish>[],
  wanted: CephPoolInputs,
  host: Host,
  clock: Clock,
): Promise<void> {
  const { pool } = wanted;
  const steps = changes.map(({ step }) => step);
  const set = steps.flatMap((step) => (step.do === "set" ? [step] : []));
  for (const one of new Set(set.map((step) => step.pool))) {
    const path = apiPath("set", `/nodes/${host.node}/ceph/pool/${one}`);
    const values = set.filter((step) => step.pool === one).map(({ key, value }) => [key, value]);
    const task = startTask("set", path, Object.fromEntries(values));
    await run("changing", task, wanted, host, clock);
  }
  const told = steps.flatMap((step) =>
    step.do === "tell"
      ? [tellCeph("osd", "pool", ...step.words)]
      : step.do === "finish"
        ? [finish("pool", pool)]
        : [],
  );
  if (told.length > 0) {
    await tellAll(host, told, { verb: `change the pool ${pool}`, doNext: DO_NEXT });
  }
}

async function run(
  doing: string,
  task: Part<EndedTask>,
  { pool, poolDeadlineMs }: CephPoolInputs,
  host: Host,
  clock: Clock,
  before: readonly Part<unknown>[] = [],
): Promise<void> {
  await runCephStep(
    {
      before,
      // Of one pool: another one's work must not be taken for it.
      unit: `proxmox-ha-ceph-pool-${pool.replaceAll(/[^A-Za-z0-9-]/g, "_")}`,
      doing: `${doing} the pool ${pool}`,
      task,
      deadlineMs: poolDeadlineMs,
      doNext: DO_NEXT,
    },
    host,
    clock,
  );
}
