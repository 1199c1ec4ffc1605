import { type OsdPlan, planCeph } from "../../config/plan/ceph.js";
import type { CephDiskRule, CephSlotRule } from "../../config/plan/ceph-disks.js";
import type { NodePlan } from "../../config/plan/nodes.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { macOf } from "./identity.js";
import type { DiskPlan } from "./twin-plan.js";

const DEFAULT_BYTES = 1_000_000_000_000;

/** The disks that Ceph asks for. The system disk is not among them: a host's root is the engine's affair. */
interface WantedDisk {
  readonly rule: CephDiskRule | CephSlotRule;
  readonly fileBytes?: number | undefined;
}

/** First the disks for data, in the order of the file; behind them those for databases and logs, each once. */
function wantedOn(osds: readonly OsdPlan[]): WantedDisk[] {
  const slots = osds.flatMap(({ rule }) => [rule.db, rule.wal].flatMap((one) => one ?? []));
  const words = slots.map(({ slotBytes: _bytes, ...meant }) => JSON.stringify(meant));
  return [
    ...osds.flatMap((osd) => (osd.first ? [{ rule: osd.rule, fileBytes: bytesOf(osd) }] : [])),
    ...slots
      .filter((_, at) => words.indexOf(words[at] ?? "") === at)
      .flatMap((rule) =>
        Array.from({ length: rule.by === "name" ? 1 : rule.count }, () => ({ rule })),
      ),
  ];
}

export function planDisks(spec: ClusterSpec, nodes: readonly NodePlan[]): Map<string, DiskPlan[]> {
  const osds = planCeph(spec, nodes)?.osds ?? [];
  return new Map(
    nodes.map((node) => [
      node.name,
      wantedOn(osds.filter((osd) => osd.node === node.name)).map(
        ({ rule, fileBytes }, index): DiskPlan => {
          const serial = macOf(spec.name, node.name, `disk${index}`)
            .replaceAll(":", "")
            .toUpperCase();
          const model =
            rule.by === "name"
              ? modelOfPath(rule.path)
              : (rule.model ?? "*").replaceAll("*", "TWIN");
          return {
            name: `nvme${index + 1}n1`,
            sizeBytes: sizeOf(rule) ?? fileBytes ?? DEFAULT_BYTES,
            model,
            serial,
            byId:
              rule.by === "name"
                ? rule.path.replace("/dev/disk/by-id/", "")
                : `nvme-${model.replaceAll(/[^A-Za-z0-9_.-]/g, "_")}_${serial}`,
            ...(rule.by === "select" && rule.rotational === true ? { rotational: true } : {}),
          };
        },
      ),
    ]),
  );
}

/** Of the whole disk, which its OSDs share. */
const bytesOf = ({ sizeBytes, rule }: OsdPlan): number | undefined =>
  sizeBytes === undefined ? undefined : sizeBytes * (rule.perDevice ?? 1);

/** What the rule means, whatever part of it an OSD takes; in the middle of a range. */
function sizeOf(rule: WantedDisk["rule"]): number | undefined {
  if (rule.by === "name") {
    return undefined;
  }
  const { sizeBytes, atLeastBytes, atMostBytes } = rule;
  if (sizeBytes !== undefined) {
    return sizeBytes;
  }
  return atLeastBytes === undefined || atMostBytes === undefined
    ? (atLeastBytes ?? atMostBytes)
    : Math.round((atLeastBytes + atMostBytes) / 2);
}

function modelOfPath(path: string): string {
  const name = path.replace("/dev/disk/by-id/", "").replace(/^(nvme|ata|scsi|wwn)-/, "");
  return name.split("_").slice(0, -1).join(" ") || name;
}
