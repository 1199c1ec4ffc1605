import { existsSync, readdirSync } from "node:fs";
import type { EngineTwin } from "../engines/engine.js";
import type { FaultBook } from "./faults/book.js";
import { probeHost } from "./probe.js";
import { replacedServers } from "./replaced-servers.js";
import type { UpRequest } from "./request.js";
import type { Service } from "./service.js";
import type { TwinStatus } from "./status.js";

const REAL = [
  "systemd as process 1, sshd, journald, ifupdown2, chrony, rebooting and powering off",
  "corosync and its quorum",
  "Debian's package manager with signed archives, served from a cache",
  "FRR and lldpd once they are installed",
  "NFS, name and time servers",
  "corosync-qnetd on a host of its own, where the file has a QDevice",
];

/** What the supervisor knows of its twin; most of it comes while it is built. */
interface TwinParts {
  readonly request: UpRequest;
  /** Folder with one entry for each. */
  readonly snapshots: string;
  readonly engine: string;
  readonly startedAt: Date;
  readonly phase: TwinStatus["phase"];
  readonly problem: string | undefined;
  readonly readyAfterMs: number | undefined;
  readonly twin: EngineTwin | undefined;
  readonly services: readonly Service[];
  readonly faults: FaultBook | undefined;
}

/** The twin as it is at this moment. A probe looks into each host as well. */
export async function describeTwin(parts: TwinParts, probe: boolean): Promise<TwinStatus> {
  const { snapshots, problem, readyAfterMs, twin } = parts;
  const { plan, name, timeScale } = parts.request;
  const hosts = [...(twin?.hosts.values() ?? [])];
  return {
    name,
    stack: plan.stack,
    cluster: plan.cluster,
    major: plan.major,
    phase: parts.phase,
    ...(problem === undefined ? {} : { problem }),
    pid: process.pid,
    engine: parts.engine,
    layer: twin?.layer ?? "",
    timeScale,
    startedAt: parts.startedAt.toISOString(),
    ...(readyAfterMs === undefined ? {} : { readyAfterMs }),
    hosts: await Promise.all(
      hosts.map(async (host) =>
        probe
          ? probeHost(host)
          : { name: host.plan.name, address: host.plan.address.ip, power: host.state() },
      ),
    ),
    cables: plan.cables.map((cable) => ({
      name: cable.name,
      state: twin?.cableState(cable.name) ?? "plugged",
    })),
    networks: plan.networks
      .filter((one) => one.cidr !== undefined || one.cidr6 !== undefined)
      .map((one) => ({
        name: one.name,
        cidr: one.cidr ?? one.cidr6 ?? "",
        controller: one.controller[0] ?? "",
      })),
    services: parts.services.map((service) => service.describe()),
    bmcs: plan.bmcs.map(({ node, kind, address }) => ({ node, kind, address })),
    nas: plan.nas.map(({ name: nas, address, exports }) => ({ name: nas, address, exports })),
    pbs: plan.pbs.map(({ name: pbs, address, datastores }) => ({
      name: pbs,
      address,
      datastores,
    })),
    faults: parts.faults?.list() ?? [],
    snapshots: existsSync(snapshots) ? readdirSync(snapshots).sort() : [],
    real: REAL,
    replaced: [...(twin?.replacements ?? []), ...replacedServers(plan)],
    remarks: plan.remarks,
  };
}
