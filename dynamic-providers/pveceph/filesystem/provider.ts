import { poolsOfFilesystem } from "../../../config/plan/ceph-filesystems.js";
import { stays } from "../../../config/plan/ceph-stays.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context, Host } from "../../kit/runtime.js";
import type { HostShell } from "../../shell/shell.js";
import { ask } from "../../transport/pvesh/ask.js";
import { type EndedTask, startTask } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import type { Part } from "../../transport/pvesh/part.js";
import { BEGUN, begin, type Finish, finish, isBegun } from "../begun.js";
import { tellAll, tellCeph } from "../ceph-command.js";
import { FILESYSTEMS, filesystemIn } from "../filesystem-map.js";
import { OF_CLUSTER, seenBy } from "../shared-looks.js";
import { runCephStep } from "../step.js";
import { dataPoolOf, type FilesystemFacts, type FilesystemStep, planFilesystem } from "./plan.js";
import {
  type CephFilesystemInputs,
  cephFilesystemInputs,
  cephFilesystemOutputs,
} from "./schema.js";
import { filesystemPoolsOn } from "./sight.js";

const DO_NEXT = "Look at `ceph fs status` and `pveceph pool ls` there, then run `pulumi up` again.";

/** A file system with its data and its metadata pool. One that is there is taken over; none is removed here. */
export const cephFilesystem = defineProvider<
  CephFilesystemInputs,
  CephFilesystemInputs,
  FilesystemFacts,
  FilesystemStep | Finish
>({
  kind: "pveceph/filesystem",
  schemaVersion: 1,
  inputs: cephFilesystemInputs,
  state: cephFilesystemInputs,
  identity: ["cluster", "filesystem"],
  deadlineMs: 600_000,
  foundFirst: true,
  subject: ({ filesystem }) => `the file system ${filesystem}`,
  id: ({ cluster, filesystem }) => `${cluster}/${filesystem}`,
  remember: (inputs) => inputs,
  observe: ({ connection, filesystem }, context) =>
    find(seenBy(context, connection, OF_CLUSTER), filesystem),
  plan: planFilesystem,
  async apply(changes, state, context, inputs) {
    const wanted = inputs ?? state;
    const host = context.host(state.connection);
    const [first] = changes;
    if (first?.step.do !== "create" && first?.step.do !== "join") {
      await follow(
        changes.map(({ step }) => step),
        wanted,
        host,
        context,
      );
      return;
    }
    await (first.step.do === "create" ? create(wanted, host, context) : join(wanted, host));
    // What is not part of the making is told by a look at what was made.
    const rest = planFilesystem(wanted, await find(host, wanted.filesystem));
    await follow(
      rest.map(({ step }) => step),
      wanted,
      host,
      context,
    );
  },
  outputs: told(cephFilesystemOutputs, (facts) => ({
    dataPool: dataPoolOf(facts)?.pool_name ?? "absent",
    metadataPool:
      facts.pools.find(({ pool }) => pool === facts.filesystem?.metadataPool)?.pool_name ??
      "absent",
  })),
  forgotten: ({ filesystem }, state) =>
    filesystem === undefined ? undefined : stays.filesystem(state.filesystem),
  gone: ({ filesystem }) => filesystem === undefined,
});

async function find(host: HostShell, name: string): Promise<FilesystemFacts> {
  const pools = filesystemPoolsOn(host.node);
  const said = await ask(host, [FILESYSTEMS, pools, BEGUN], {
    verb: "look at the file systems of Ceph",
    timeoutMs: 120_000,
    tried: "to look at the file systems of Ceph",
    doNext: DO_NEXT,
  });
  const filesystem = filesystemIn(said.of(FILESYSTEMS), name);
  return {
    pools: said.of(pools),
    begun: isBegun(said.of(BEGUN), "filesystem", name),
    ...(filesystem === undefined ? {} : { filesystem }),
  };
}

async function create(
  { filesystem, pgs, filesystemDeadlineMs }: CephFilesystemInputs,
  host: Host,
  context: Context,
): Promise<void> {
  const path = apiPath("create", `/nodes/${host.node}/ceph/fs/${filesystem}`);
  await step(
    filesystem,
    "making",
    startTask("create", path, { pg_num: pgs }),
    filesystemDeadlineMs,
    {
      host,
      context,
    },
    [begin("filesystem", filesystem)],
  );
}

async function join({ filesystem }: CephFilesystemInputs, host: Host): Promise<void> {
  const { data, metadata } = poolsOfFilesystem(filesystem);
  await tell(host, filesystem, tellCeph("fs", "new", filesystem, metadata, data));
}

/** What can be changed of one that serves. */
async function follow(
  steps: readonly (FilesystemStep | Finish)[],
  { filesystem, filesystemDeadlineMs }: CephFilesystemInputs,
  host: Host,
  context: Context,
): Promise<void> {
  for (const one of steps) {
    if (one.do === "follow") {
      const value = String(one.allowed);
      await tell(
        host,
        filesystem,
        tellCeph("fs", "set", filesystem, "allow_standby_replay", value),
      );
    }
    if (one.do === "finish") {
      await tell(host, filesystem, finish("filesystem", filesystem));
    }
    if (one.do === "share") {
      const path = apiPath("set", `/nodes/${host.node}/ceph/pool/${one.pool}`);
      const task = startTask("set", path, { target_size_ratio: one.ratio });
      await step(filesystem, "changing", task, filesystemDeadlineMs, { host, context });
    }
  }
}

async function tell(host: Host, filesystem: string, part: Part<void>): Promise<void> {
  await tellAll(host, [part], { verb: `change the file system ${filesystem}`, doNext: DO_NEXT });
}

async function step(
  filesystem: string,
  doing: string,
  task: Part<EndedTask>,
  deadlineMs: number,
  { host, context }: { readonly host: Host; readonly context: Context },
  before: readonly Part<unknown>[] = [],
): Promise<void> {
  await runCephStep(
    {
      before,
      unit: `proxmox-ha-ceph-fs-${filesystem.replaceAll(/[^A-Za-z0-9-]/g, "_")}`,
      doing: `${doing} the file system ${filesystem}`,
      task,
      deadlineMs,
      doNext: DO_NEXT,
    },
    host,
    context.clock,
  );
}
