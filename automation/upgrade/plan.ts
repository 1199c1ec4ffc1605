import type { PackageChange, PackageFacts } from "./facts.js";

export interface NodeUpgrade {
  readonly node: string;
  readonly changes: readonly PackageChange[];
  readonly removed: readonly string[];
  /** They stay as they are. */
  readonly held: readonly string[];
  /** Why it will have to start anew; empty when it need not. */
  readonly restart: readonly string[];
  /** Ceph's daemons there start anew. */
  readonly ceph: boolean;
  /** dpkg was cut in the middle, which is mended first. */
  readonly isHalfInstalled: boolean;
  readonly listsAgeS: number;
  /** By earlier runs; undefined before the first. */
  readonly seconds: number | undefined;
}

export interface UpgradePlan {
  /** In the order in which they are upgraded. */
  readonly nodes: readonly NodeUpgrade[];
  /** Nodes with nothing to do. */
  readonly current: readonly string[];
}

export interface Circumstances {
  readonly facts: readonly PackageFacts[];
  readonly master: string | undefined;
  readonly canary: string | undefined;
  /** Where an earlier run was cut: it goes first, whatever is left there. */
  readonly begun: string | undefined;
  /** The newest first. */
  readonly past: readonly {
    readonly node: string;
    readonly seconds: number;
    readonly isRestarted: boolean;
  }[];
}

const KERNEL = /^(proxmox-kernel|pve-kernel|linux-image)-\d/;
const FIRMWARE = /^(pve-firmware|.*-microcode)$/;
const CEPH = /^(ceph|ceph-(base|common|mon|mgr|osd|mds)|librados2)$/;

/** The canary first, then the others, the HA master last: it hands over once, and not from node to node. */
export function planUpgrade(seen: Circumstances): UpgradePlan {
  const { facts, master, canary, begun } = seen;
  const rank = (node: string): number =>
    node === begun ? 0 : node === canary ? 1 : node === master ? 3 : 2;
  const nodes = facts
    .toSorted((a, b) => rank(a.node) - rank(b.node))
    .map((one) => nodeUpgrade(one, seen));
  const isDue = ({ node, changes, removed, restart, isHalfInstalled }: NodeUpgrade) =>
    node === begun || isHalfInstalled || changes.length + removed.length + restart.length > 0;
  return {
    nodes: nodes.filter(isDue),
    current: nodes.filter((one) => !isDue(one)).map(({ node }) => node),
  };
}

function nodeUpgrade(facts: PackageFacts, { past }: Circumstances): NodeUpgrade {
  const { node, changes, removed, held, isHalfInstalled, listsAgeS } = facts;
  const restart = [...restartReasons(facts), ...comingReasons(changes)];
  return {
    node,
    changes,
    removed,
    held,
    restart,
    ceph: changes.some(({ name, from }) => from !== undefined && CEPH.test(name)),
    isHalfInstalled,
    listsAgeS,
    seconds: estimate(node, restart.length > 0, past),
  };
}

/** What has to start anew already, as far as packages go. */
export function restartReasons({
  runningKernel,
  nextKernel,
  asksForRestart,
}: Pick<PackageFacts, "runningKernel" | "nextKernel" | "asksForRestart">): string[] {
  return [
    ...(nextKernel === undefined || nextKernel === runningKernel
      ? []
      : [`kernel ${nextKernel} is installed, and ${runningKernel} runs`]),
    ...(asksForRestart ? ["a package has asked for it (/run/reboot-required)"] : []),
  ];
}

function comingReasons(changes: readonly PackageChange[]): string[] {
  return changes.flatMap(({ name, to }) =>
    KERNEL.test(name)
      ? [`a new kernel comes: ${name} ${to}`]
      : FIRMWARE.test(name)
        ? [`firmware comes, which a start loads: ${name} ${to}`]
        : [],
  );
}

/** The middle of what the node took before, in the same way where that is known; otherwise of what any node took. */
function estimate(
  node: string,
  isRestarted: boolean,
  past: Circumstances["past"],
): number | undefined {
  const alike = past.filter((one) => one.isRestarted === isRestarted);
  const own = alike.filter((one) => one.node === node);
  const sorted = (own.length > 0 ? own : alike)
    .map(({ seconds }) => seconds)
    .toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
