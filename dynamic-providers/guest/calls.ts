import { z } from "zod";
import { get, type Parameters, startTask, tell } from "../transport/pvesh/calls.js";
import type { Part } from "../transport/pvesh/part.js";
import type { GuestStep } from "./changes.js";
import { newDisk } from "./devices.js";
import { type GuestKind, KINDS } from "./kinds.js";
import type { GuestInputs } from "./schema.js";
import { laidOver, textOf } from "./words.js";

const status = z.object({ status: z.string() });

/** Where the API has a guest. */
const at = (kind: GuestKind, node: string) => `/nodes/${node}/${KINDS[kind].api}` as const;

export const statusOf = (kind: GuestKind, node: string, id: number) =>
  get(`${at(kind, node)}/${id}/status/current`, status);

/** Everything that a new guest is made with, in one call: what was cut is whole or is not there. */
export function create(inputs: GuestInputs): Part<unknown> {
  const {
    kind,
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
  return startTask("create", at(kind, node), { vmid: id, ...spelt(parameters) });
}

export const start = (kind: GuestKind, node: string, id: number) =>
  startTask("create", `${at(kind, node)}/${id}/status/start`);

/** The guest shuts itself down and is started again, with everything that waited for it. */
export const reboot = (kind: GuestKind, node: string, id: number, seconds: number) =>
  startTask("create", `${at(kind, node)}/${id}/status/reboot`, { timeout: seconds });

export const shutDown = (kind: GuestKind, node: string, id: number, seconds: number) =>
  startTask("create", `${at(kind, node)}/${id}/status/shutdown`, {
    timeout: seconds,
    forceStop: true,
  });

/** With its disks and what else of the cluster names it, and without backups. */
export const destroy = (kind: GuestKind, node: string, id: number) =>
  startTask("delete", `${at(kind, node)}/${id}`, { purge: true });

/** Calls for a guest that is there: settings in one task, then what each disk and the pool need. */
export function changeCalls(
  kind: GuestKind,
  node: string,
  id: number,
  steps: readonly GuestStep[],
): Part<unknown>[] {
  const settings = Object.fromEntries(
    steps.flatMap((step) => (step.do === "set" ? [[step.key, step.value]] : [])),
  );
  return [
    ...(Object.keys(settings).length === 0 ? [] : [toldTo(kind, node, id, spelt(settings))]),
    ...steps.flatMap((step): Part<unknown>[] => {
      if (step.do === "grow") {
        const to = { disk: step.slot, size: `${step.gib}G` };
        return [startTask("set", `${at(kind, node)}/${id}/resize`, to)];
      }
      return step.do === "join"
        ? [tell("set", "/pools", { poolid: step.pool, vms: id, "allow-move": true })]
        : [];
    }),
  ];
}

/** A container is told at once, a machine by a task. */
function toldTo(kind: GuestKind, node: string, id: number, settings: Parameters): Part<unknown> {
  return kind === "vm"
    ? startTask("create", `/nodes/${node}/qemu/${id}/config`, settings)
    : tell("set", `/nodes/${node}/lxc/${id}/config`, settings);
}

/** Proxmox takes keys of ssh as they stand in an address of the web. */
function spelt(settings: Parameters): Parameters {
  const { sshkeys, ...others } = settings;
  return typeof sshkeys === "string" ? { ...others, sshkeys: encodeURIComponent(sshkeys) } : others;
}
