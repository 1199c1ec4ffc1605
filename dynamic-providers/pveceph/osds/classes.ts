import type { Change } from "../../kit/change.js";
import type { Host } from "../../kit/runtime.js";
import { tellAll, tellCeph } from "../ceph-command.js";
import { numbersOn } from "../disks.js";
import type { Sight } from "../own-osds.js";
import type { ChosenDisk } from "./schema.js";

/** An OSD that Ceph has in another class than the stack file. */
export interface OtherClass {
  readonly osd: number;
  /** Empty where it is in none. */
  readonly from: string;
  readonly to: string;
}

/** What an OSD is made with is told then; this is about those that are there. */
export function otherClasses(
  disks: readonly Pick<ChosenDisk, "path" | "class">[],
  { found, seen }: Sight,
): OtherClass[] {
  return disks.flatMap((disk) => {
    const now = found.find(({ names }) => names.includes(disk.path));
    return now?.osd === undefined
      ? []
      : numbersOn(now).flatMap((osd) => {
          const from = seen.osds.find(({ id }) => id === osd)?.deviceClass;
          return from === undefined || from === disk.class ? [] : [{ osd, from, to: disk.class }];
        });
  });
}

/**
 * Why a class must stay. A pool that is laid out by it would lose the place of its copies, all of them where every host changes;
 * one that comes to be laid out by the new class only gains places.
 */
export function againstClasses(others: readonly OtherClass[], { seen }: Sight): string[] {
  return others.flatMap(({ osd, from, to }) => {
    const pools = seen.pools.filter((pool) => pool.boundTo === from).map(({ name }) => name);
    return pools.length === 0
      ? []
      : [
          `osd.${osd} is of the class ${from}, and ${pools.join(", ")} ${pools.length === 1 ? "is" : "are"} kept on that class alone; the stack file says ${to} (give the ${pools.length === 1 ? "pool" : "pools"} another class or none first, or write \`class: ${from}\` for the disk)`,
        ];
  });
}

export const classChanges = (
  others: readonly OtherClass[],
): Change<{ readonly does: "classify"; readonly other: OtherClass }>[] =>
  others.map((other) => ({
    kind: "change",
    path: `osd.${other.osd}.class`,
    from: other.from || "none",
    to: other.to,
    step: { does: "classify", other },
  }));

/** Ceph changes no class; it takes one away and gives one, and an OSD in none gets its own by the next run. */
export async function classify(others: readonly OtherClass[], host: Host): Promise<void> {
  const told = others.flatMap(({ osd, from, to }) => [
    ...(from === "" ? [] : [tellCeph("osd", "crush", "rm-device-class", `osd.${osd}`)]),
    tellCeph("osd", "crush", "set-device-class", to, `osd.${osd}`),
  ]);
  if (told.length > 0) {
    await tellAll(host, told, {
      verb: `change the class of ${others.map(({ osd }) => `osd.${osd}`).join(", ")}`,
      doNext: "Look at `ceph osd tree` there, then run `pulumi up` again.",
    });
  }
}
