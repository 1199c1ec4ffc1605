import { Failure, messageOf } from "../../config/failure/failure.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import { parseStanding, STANDING, type Standing } from "../../dynamic-providers/fencer/standing.js";
import { observeCeph } from "../../dynamic-providers/health/ceph-margin.js";
import { observeGuests } from "../../dynamic-providers/membership/guests.js";
import { failedParts, partScript, readParts } from "../../dynamic-providers/shell/parts.js";
import { look } from "../../dynamic-providers/transport/ssh/look.js";
import { sh } from "../../dynamic-providers/transport/ssh/quoting.js";
import type { Shell } from "../../dynamic-providers/transport/ssh/run-options.js";
import { IDLE_SCRIPT, parseRecord, RECORD } from "../drill/record.js";
import type { ShellOf } from "../hosts/onlooker.js";
import { observeCluster } from "../status/observe-cluster.js";
import { type FenceSight, fenceSight, type KeptDrill, type NodeLook } from "./sight.js";

const MARK = "@@proxmox-ha-fence@@";
const SCRIPT = [
  "export LC_ALL=C",
  partScript(MARK, "standing", STANDING),
  partScript(MARK, "drill", `{ test ! -e ${RECORD} || cat ${RECORD}; }`),
  partScript(MARK, "idle", IDLE_SCRIPT),
].join("\n");

interface Asked {
  readonly standing: Standing | undefined;
  readonly drill: KeptDrill | undefined;
  readonly trouble: string | undefined;
}

/** How the cluster and its fencers stand, in two rounds over one login: who answers at all, and what the fencers there say. */
export async function observeFencing(plan: ClusterPlan, shellOf: ShellOf): Promise<FenceSight> {
  const views = await observeCluster(plan, shellOf);
  const asked = await Promise.all(
    views.filter(({ reachable }) => reachable).map(({ node }) => askStanding(shellOf(node))),
  );
  return fenceSight(plan, views, {
    standings: asked.flatMap(({ standing }) => standing ?? []),
    drills: asked.flatMap(({ drill }) => drill ?? []),
    troubles: asked.flatMap(({ trouble }) => trouble ?? []),
  });
}

async function askStanding(shell: Shell): Promise<Asked> {
  const { node } = shell;
  try {
    const said = await look(shell, {
      script: SCRIPT,
      verb: "read how the fencer stands",
      timeoutMs: 15_000,
    });
    const parts = readParts(MARK, said);
    const failed = failedParts(MARK, said);
    const drill = failed.has("drill") ? undefined : parseRecord(node, parts.get("drill") ?? "");
    return {
      standing: parseStanding(node, parts.get("standing") ?? ""),
      drill:
        drill === undefined
          ? undefined
          : { ...drill, keeper: node, idleS: Number(parts.get("idle") ?? "0") },
      trouble: failed.has("drill") ? `${node}: ${RECORD} cannot be read` : undefined,
    };
  } catch (error) {
    return { standing: undefined, drill: undefined, trouble: `${node}: ${messageOf(error)}` };
  }
}

/** What would suffer, asked of the node itself where it answers; what could not be asked says why. */
export async function observeNode(
  plan: ClusterPlan,
  sight: FenceSight,
  node: string,
  shellOf: ShellOf,
): Promise<NodeLook> {
  if (sight.answers.includes(node) && sight.online.includes(node)) {
    const shell = shellOf(node);
    const [guests, ceph] = await Promise.all([
      orWhy(() => observeGuests(shell, true)),
      orWhy(() => observeCeph(shell)),
    ]);
    return {
      guests:
        "why" in guests ? { kind: "unknown", why: guests.why } : { kind: "running", ...guests.got },
      ceph: "why" in ceph ? { kind: "unknown", why: ceph.why } : { kind: "told", ...ceph.got },
    };
  }
  // A member that does not answer over ssh may hold Ceph's disks all the same.
  const ceph: NodeLook["ceph"] =
    sight.online.includes(node) && plan.ceph !== undefined
      ? { kind: "unknown", why: `${node} does not answer over ssh` }
      : { kind: "not-asked" };
  const { witness } = sight;
  if (witness === undefined) {
    return { guests: { kind: "unknown", why: "no node with quorum answers" }, ceph };
  }
  const defined = await orWhy(() => definedGuests(shellOf(witness.node), node));
  return {
    guests:
      "why" in defined
        ? { kind: "unknown", why: defined.why }
        : { kind: "defined", guests: defined.got },
    ceph,
  };
}

/** Guests whose definitions lie with the node; whether they run there is known by nobody else. */
async function definedGuests(shell: Shell, node: string): Promise<string[]> {
  const said = await look(shell, {
    script: sh`test -d /etc/pve/nodes/${node} || exit 1; for f in /etc/pve/nodes/${node}/qemu-server/*.conf /etc/pve/nodes/${node}/lxc/*.conf; do test ! -e "$f" || echo "$f"; done`,
    verb: `list the guests of ${node}`,
    timeoutMs: 15_000,
  });
  return [...said.matchAll(/\/(qemu-server|lxc)\/(\d+)\.conf$/gm)].map(
    ([, kind, id]) => `${kind === "lxc" ? "ct" : "vm"}:${id}`,
  );
}

async function orWhy<T>(
  ask: () => Promise<T>,
): Promise<{ readonly got: T } | { readonly why: string }> {
  try {
    return { got: await ask() };
  } catch (error) {
    if (error instanceof Failure) {
      return { why: error.cameBack };
    }
    throw error;
  }
}
