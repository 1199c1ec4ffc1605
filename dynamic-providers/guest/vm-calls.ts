import { z } from "zod";
import { get, type Parameters, startTask, tell } from "../transport/pvesh/calls.js";
import type { Part } from "../transport/pvesh/part.js";
import type { VmInputs } from "./vm/schema.js";
import type { VmStep } from "./vm-changes.js";
import { newDisk } from "./vm-devices.js";
import { laidOver, textOf } from "./words.js";

const status = z.object({ status: z.string() });

export const statusOf = (node: string, id: number) =>
  get(`/nodes/${node}/qemu/${id}/status/current`, status);

/** Everything that a new guest is made with, in one call: what was cut is whole or is not there. */
export function create(inputs: VmInputs): Part<unknown> {
  const {
    vmid: id,
    node,
    pool,
    settings,
    worded,
    initial,
    disks,
    cards,
    cloudInitOn,
    tags,
  } = inputs;
  const parameters: Record<string, string | number> = {
    ...initial,
    ...settings,
    ...Object.fromEntries(Object.entries(worded).map(([key, words]) => [key, textOf(key, words)])),
    ...(tags === undefined || tags.length === 0 ? {} : { tags: tags.join(";") }),
    ...Object.fromEntries(disks.map((disk) => [disk.slot, newDisk(disk)])),
    ...Object.fromEntries(
      Object.entries(cards).map(([slot, words]) => [
        slot,
        textOf(slot, laidOver(inputs.initialCards[slot] ?? {}, words)),
      ]),
    ),
    ...(cloudInitOn === undefined ? {} : { ide2: `${cloudInitOn}:cloudinit` }),
    ...(pool === undefined ? {} : { pool }),
  };
  return startTask("create", `/nodes/${node}/qemu`, { vmid: id, ...spelt(parameters) });
}

export const start = (node: string, id: number) =>
  startTask("create", `/nodes/${node}/qemu/${id}/status/start`);

/** The guest shuts itself down and is started again, with everything that waited for it. */
export const reboot = (node: string, id: number, seconds: number) =>
  startTask("create", `/nodes/${node}/qemu/${id}/status/reboot`, { timeout: seconds });

export const shutDown = (node: string, id: number, seconds: number) =>
  startTask("create", `/nodes/${node}/qemu/${id}/status/shutdown`, {
    timeout: seconds,
    forceStop: true,
  });

/** With its disks and what else of the cluster names it, and without backups. */
export const destroy = (node: string, id: number) =>
  startTask("delete", `/nodes/${node}/qemu/${id}`, { purge: true });

/** Calls for a guest that is there: settings in one task, then what each disk and the pool need. */
export function changeCalls(node: string, id: number, steps: readonly VmStep[]): Part<unknown>[] {
  const settings = Object.fromEntries(
    steps.flatMap((step) => (step.do === "set" ? [[step.key, step.value]] : [])),
  );
  return [
    ...(Object.keys(settings).length === 0
      ? []
      : [startTask("create", `/nodes/${node}/qemu/${id}/config`, spelt(settings))]),
    ...steps.flatMap((step): Part<unknown>[] => {
      if (step.do === "grow") {
        const to = { disk: step.slot, size: `${step.gib}G` };
        return [startTask("set", `/nodes/${node}/qemu/${id}/resize`, to)];
      }
      return step.do === "join"
        ? [tell("set", "/pools", { poolid: step.pool, vms: id, "allow-move": true })]
        : [];
    }),
  ];
}

/** Proxmox takes keys of ssh as they stand in an address of the web. */
function spelt(settings: Parameters): Parameters {
  const { sshkeys, ...others } = settings;
  return typeof sshkeys === "string" ? { ...others, sshkeys: encodeURIComponent(sshkeys) } : others;
}
