import { z } from "zod";
import type { Change } from "../kit/change.js";
import { askCeph, tellCeph } from "./ceph-command.js";

/**
 * What a run has begun to make in Ceph and not finished, kept by the monitors themselves. A run that is killed records nothing, and the
 * next one would take the half that it finds for what somebody else made on purpose.
 */
const FOLDER = "proxmox-ha/begun/";

type Kind = "pool" | "filesystem";
const keyOf = (kind: Kind, name: string): string => `${FOLDER}${kind}/${name}`;

export const BEGUN = askCeph(["config-key", "dump", FOLDER], z.record(z.string(), z.unknown()));

export const isBegun = (marks: ReturnType<typeof BEGUN.read>, kind: Kind, name: string): boolean =>
  keyOf(kind, name) in marks;

/** Stands before the making, in the same job. */
export const begin = (kind: Kind, name: string) =>
  tellCeph("config-key", "set", keyOf(kind, name), "1");

/** Comes last of all. */
export const finish = (kind: Kind, name: string) => tellCeph("config-key", "rm", keyOf(kind, name));

export interface Finish {
  readonly do: "finish";
}

/** Nothing that is missing from one's own half is another's will. */
export function asOwn<Step>(changes: readonly Change<Step>[]): Change<Step | Finish>[] {
  return [
    ...changes.map((change) => ({ ...change, kind: "add" as const })),
    {
      kind: "add",
      path: "making",
      from: "begun",
      to: "finished",
      step: { do: "finish" },
    },
  ];
}
