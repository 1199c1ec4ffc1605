import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { EngineTwin } from "../engines/engine.js";
import type { TwinPaths } from "../paths.js";
import { stampOf } from "../plan/identity.js";
import { type TwinPlan, twinPlanSchema } from "../plan/twin-plan.js";
import { run } from "../process/run.js";
import type { UpRequest } from "./request.js";
import { untilReachable } from "./wait.js";

const metaSchema = z.strictObject({ stamp: z.string(), layer: z.string(), takenAt: z.string() });

const KEPT = [
  "what hosts wrote to their root file systems",
  "their disks",
  "the shares of the NAS",
  "passwords and parameters",
];
const NOT_KEPT = [
  "memory and running processes: hosts boot again",
  "faults: they are healed first",
];

async function allOff(twin: EngineTwin): Promise<void> {
  await Promise.all(
    [...twin.hosts.values()].map((host) =>
      host.state() === "on" ? host.pressPowerButton() : host.powerOff(),
    ),
  );
}

async function allOn(twin: EngineTwin): Promise<void> {
  await Promise.all(
    [...twin.hosts.values()].map(async (host) => {
      await host.powerOn();
      await untilReachable(twin, host.plan);
    }),
  );
}

/** Shuts the hosts down in order, keeps what they wrote, and boots them again. */
export async function takeSnapshot(
  twin: EngineTwin,
  request: UpRequest,
  paths: TwinPaths,
  label: string,
): Promise<unknown> {
  const folder = join(paths.snapshots, label);
  const taking = `${folder}.taking`;
  rmSync(taking, { recursive: true, force: true });
  await mkdir(taking, { recursive: true });
  await allOff(twin);
  try {
    await twin.snapshot(join(taking, "engine"));
    await copyTree(join(paths.data, "nas"), join(taking, "nas"));
    await cp(paths.secrets, join(taking, "secrets.json"));
    const meta = {
      stamp: planStamp(request.plan),
      layer: twin.layer,
      takenAt: new Date().toISOString(),
    };
    writeFileSync(join(taking, "meta.json"), `${JSON.stringify(meta)}\n`);
    rmSync(folder, { recursive: true, force: true });
    await rename(taking, folder);
  } finally {
    rmSync(taking, { recursive: true, force: true });
    await allOn(twin);
  }
  return { label, folder, kept: KEPT, notKept: NOT_KEPT };
}

/** Tells plans apart by what they say: parsed first, because a plan that was just made has its keys in another order. */
export function planStamp(plan: TwinPlan): string {
  const { file: _where, remarks: _words, ...substance } = twinPlanSchema.parse(plan);
  return stampOf(substance);
}

/** A snapshot that fits a plan, by its folder. */
export interface Snapshot {
  readonly folder: string;
}

/** Finds a snapshot and makes sure that it can be put back; asks nothing of any twin. */
export function findSnapshot(
  { name, plan }: Pick<UpRequest, "name" | "plan">,
  snapshots: string,
  label: string,
): Snapshot {
  const folder = join(snapshots, label);
  if (!existsSync(join(folder, "meta.json"))) {
    const known = existsSync(snapshots) ? readdirSync(snapshots).sort() : [];
    throw new Error(
      `there is no snapshot "${label}" of ${name}; there ${known.length === 0 ? "is none at all" : `are: ${known.join(", ")}`}`,
    );
  }
  const meta = metaSchema.parse(JSON.parse(readFileSync(join(folder, "meta.json"), "utf8")));
  if (meta.stamp !== planStamp(plan)) {
    throw new Error(
      `the snapshot "${label}" was taken of another plan: the stack file has changed since ${meta.takenAt}. ` +
        "Take a new one",
    );
  }
  return { folder };
}

/** Gives hosts that are off, the NAS and the secrets what the snapshot kept. */
export async function putBack(
  twin: Pick<EngineTwin, "restore">,
  { folder }: Snapshot,
  paths: Pick<TwinPaths, "data" | "secrets">,
): Promise<void> {
  await twin.restore(join(folder, "engine"));
  rmSync(join(paths.data, "nas"), { recursive: true, force: true });
  await copyTree(join(folder, "nas"), join(paths.data, "nas"));
  await cp(join(folder, "secrets.json"), paths.secrets);
}

/** Takes the power from all hosts, puts back what the snapshot kept, and boots them. */
export async function restoreSnapshot(
  twin: EngineTwin,
  snapshot: Snapshot,
  paths: TwinPaths,
): Promise<void> {
  await Promise.all([...twin.hosts.values()].map((host) => host.powerOff()));
  await putBack(twin, snapshot, paths);
  await allOn(twin);
}

export function restored(label: string): unknown {
  return { label, kept: KEPT, notKept: NOT_KEPT };
}

async function copyTree(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  await run(["cp", "-a", "--sparse=always", "--reflink=auto", "--no-target-directory", from, to]);
}
