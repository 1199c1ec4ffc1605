import { isDeepStrictEqual } from "node:util";
import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context, Host } from "../../kit/runtime.js";
import { ask } from "../../transport/pvesh/ask.js";
import { startTask } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import { chooseDisks } from "../choose-disks.js";
import { DISKS, type FoundDisk, foundDisks, NAMES } from "../disks.js";
import { OSDS, ownOsds } from "../own-osds.js";
import { runCephStep } from "../step.js";
import {
  type CephOsdsInputs,
  type ChosenDisk,
  cephOsdsInputs,
  cephOsdsOutputs,
  osdsFromVersion1,
} from "./schema.js";

/** The disks on which there shall be OSDs, as they are now; undefined for one that is gone. */
type Facts = Readonly<Record<string, FoundDisk | undefined>>;

const DO_NEXT =
  "Look at `pvesh get /nodes/localhost/disks/list` and `ceph osd tree` there, then run `pulumi up` again.";

/**
 * The OSDs of one host. Which disks these are is looked up while nothing has been touched, and then it stands in the state: a disk that
 * is put in later, or that changes its name, is never taken by a rule that was written before.
 */
export const cephOsds = defineProvider<CephOsdsInputs, CephOsdsInputs, Facts, ChosenDisk>({
  kind: "pveceph/osds",
  schemaVersion: 2,
  migrations: { 1: osdsFromVersion1 },
  inputs: cephOsdsInputs,
  state: cephOsdsInputs,
  identity: [],
  deadlineMs: 3_600_000,
  subject: ({ connection }) => `OSDs of ${connection.node}`,
  id: ({ connection }) => `${connection.node}/osds`,
  remember: (inputs) => inputs,
  async observe({ connection, disks }, context) {
    const found = await lookAtDisks(context.host(connection));
    return Object.fromEntries(
      disks.map(({ path }) => [path, found.find(({ names }) => names.includes(path))]),
    );
  },
  plan(wanted, facts) {
    // Nobody's data goes because a line left the file.
    if (wanted === undefined) {
      return [];
    }
    const { node } = wanted.connection;
    if (wanted.disks.length === 0) {
      throw refused(node, ["it did not tell its disks when it was asked which ones are meant"]);
    }
    const against = wanted.disks.flatMap(({ path }) => hindrance(path, facts[path]));
    if (against.length > 0) {
      throw refused(node, against);
    }
    return wanted.disks.flatMap((disk) =>
      facts[disk.path]?.osd === undefined
        ? [{ kind: "add", path: `osds["${disk.path}"]`, from: "absent", to: "OSD", step: disk }]
        : [],
    );
  },
  async foresee(before, wanted, context) {
    const { node } = wanted.connection;
    const found = isKnown(before, wanted) ? undefined : await firstSight(wanted, context);
    if (found === undefined) {
      return;
    }
    const { disks, against } = chooseDisks(wanted.rules, found);
    const kept = new Set(disks.map(({ path }) => path));
    const dropped = (before?.disks ?? []).flatMap(({ path }) => {
      const osd = found.find(({ names }) => names.includes(path))?.osd;
      return kept.has(path) || osd === undefined ? [] : [`osd.${osd} lies on ${path}`];
    });
    if (dropped.length > 0) {
      throw stays(node, dropped);
    }
    if (against.length > 0) {
      throw refused(node, against);
    }
    const fresh = disks.filter(({ path }) => !before?.disks.some((one) => one.path === path));
    context.log.say(
      `${node}: the stack file means these disks for OSDs: ${fresh.map(({ path }) => path).join(", ") || "none beside those it has"}`,
    );
  },
  async complete(before, wanted, context) {
    if (before !== undefined && isKnown(before, wanted)) {
      return { disks: before.disks };
    }
    // What other rules meant says nothing of these: a host that is silent leaves them open, and the work refuses.
    const found = await firstSight(wanted, context);
    return { disks: found === undefined ? [] : [...chooseDisks(wanted.rules, found).disks] };
  },
  async apply(changes, { connection, osdDeadlineMs }, context) {
    const host = context.host(connection);
    // Proxmox makes one at a time on a host. What an earlier run has begun may have ended since the first look.
    for (const { step } of changes) {
      const now = (await lookAtDisks(host)).find(({ names }) => names.includes(step.path));
      if (now?.osd !== undefined) {
        continue;
      }
      await runCephStep(
        {
          unit: "proxmox-ha-ceph-osd",
          doing: `making the OSD on ${step.path} of ${host.node}`,
          task: startTask("create", apiPath("create", `/nodes/${host.node}/ceph/osd`), {
            dev: step.path,
            "crush-device-class": step.class,
            ...(step.encrypted ? { encrypted: true } : {}),
          }),
          deadlineMs: osdDeadlineMs,
          doNext: DO_NEXT,
        },
        host,
        context.clock,
      );
    }
    host.forget();
  },
  outputs: told(cephOsdsOutputs, (facts) => ({
    osds: Object.fromEntries(
      Object.entries(facts).flatMap(([path, disk]) =>
        disk?.osd === undefined ? [] : [[path, disk.osd]],
      ),
    ),
  })),
});

/** What the rules mean is known from an earlier run, as long as they are the same. */
function isKnown(before: CephOsdsInputs | undefined, wanted: CephOsdsInputs): boolean {
  return (
    before !== undefined && before.disks.length > 0 && isDeepStrictEqual(before.rules, wanted.rules)
  );
}

/** Undefined for a host that does not answer: it is asked again by the work itself. */
async function firstSight(
  { connection }: CephOsdsInputs,
  context: Context,
): Promise<FoundDisk[] | undefined> {
  const host = context.host(connection);
  return await host.once("disks for OSDs", () => lookAtDisks(host)).catch(() => undefined);
}

async function lookAtDisks(host: Host): Promise<FoundDisk[]> {
  const said = await ask(host, [DISKS, NAMES, OSDS], {
    verb: "look at the disks",
    timeoutMs: 120_000,
    tried: "to look at the disks",
    doNext: DO_NEXT,
  });
  return foundDisks(
    said.of(DISKS),
    said.of(NAMES),
    ownOsds(said.of(OSDS)).flatMap(({ id, destroyed }) => (destroyed ? [] : [id])),
  );
}

function hindrance(path: string, disk: FoundDisk | undefined): string[] {
  if (disk === undefined) {
    return [`${path} is not there`];
  }
  return disk.osd === undefined && disk.used !== undefined
    ? [`${path} (${disk.device}) is in use: ${disk.used}`]
    : [];
}

function refused(node: string, against: readonly string[]): Failure {
  return new Failure("refused", {
    tried: "to choose disks for OSDs",
    where: node,
    cameBack: `refused: ${against.join("; ")}. No disk was touched`,
    doNext:
      "Correct `ceph.osds` of the stack file so that it means the right disks. This version empties none: only if nobody needs what lies on a disk, wipe it in the node's disk view, or with `ceph-volume lvm zap --destroy` where an OSD was half made.",
  });
}

function stays(node: string, dropped: readonly string[]): Failure {
  return new Failure("refused", {
    tried: "to take disks out of Ceph",
    where: node,
    cameBack: `refused: ${dropped.join("; ")}, which the stack file means no longer`,
    doNext:
      "This version removes no OSD. Put the rule back, or take the OSD out by hand first: `ceph osd out N`, wait until `ceph osd safe-to-destroy N` ends well, `pveceph stop --service osd.N`, `pveceph osd destroy N --cleanup 1`.",
  });
}
