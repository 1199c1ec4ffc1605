import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { CEPH_ROSTER, type CephNames } from "../../config/plan/ceph-names.js";
import { nameOf } from "./steps.js";

const resource = z.looseObject({ urn: z.string(), outputs: z.unknown().optional() });
const state = z.looseObject({
  checkpoint: z.looseObject({
    latest: z
      .looseObject({
        pending_operations: z.array(z.unknown()).optional(),
        resources: z.array(resource).optional(),
      })
      .optional(),
  }),
});
const cephNames = z.object({
  pools: z.array(z.string()),
  kinds: z.record(z.string(), z.string()).default({}),
  filesystems: z.array(z.string()),
});

/**
 * Whether the records of a back-end in a folder say that no step was begun and none waits for a look. Reading two small files takes no time;
 * asking Pulumi takes two of its starts. False where that is not known, so that Pulumi is asked.
 */
export function knownToBeWhole(backendUrl: string | undefined, stack: string): boolean {
  const file = stateFile(backendUrl, stack);
  if (file === undefined || existsSync(file.replace(/json$/, "pulumi-tags"))) {
    return false;
  }
  const read = stateIn(file);
  return read !== undefined && (read.checkpoint.latest?.pending_operations ?? []).length === 0;
}

/** What the last run of a stack wanted of Ceph; undefined where its state lies elsewhere, or has nothing of it. */
export function recordedCephNames(env: NodeJS.ProcessEnv, stack: string): CephNames | undefined {
  const file = stateFile(env.PULUMI_BACKEND_URL || ownBackend(env), stack);
  const resources = file === undefined ? [] : (stateIn(file)?.checkpoint.latest?.resources ?? []);
  const roster = resources.find(({ urn }) => nameOf(urn) === CEPH_ROSTER);
  return cephNames.safeParse(roster?.outputs).data;
}

/** As `toolchain/local-backend.mjs` chooses it, which makes the folder as well: nothing is made for a look. */
function ownBackend(env: NodeJS.ProcessEnv): string {
  const home = env.XDG_STATE_HOME || path.join(homedir(), ".local", "state");
  return `file://${path.resolve(env.PROXMOX_HA_STATE || path.join(home, "proxmox-ha"), "pulumi")}`;
}

/** None where the back-end is no folder, and where two projects have a stack of that name. */
function stateFile(backendUrl: string | undefined, stack: string): string | undefined {
  if (backendUrl?.startsWith("file:///") !== true) {
    return undefined;
  }
  const stacks = path.join(fileURLToPath(backendUrl), ".pulumi", "stacks");
  const projects = existsSync(stacks) ? readdirSync(stacks) : [];
  const [file, ...others] = projects
    .map((project) => path.join(stacks, project, `${stack}.json`))
    .filter((one) => existsSync(one));
  return others.length > 0 ? undefined : file;
}

/** One that cannot be read is Pulumi's to complain about. */
function stateIn(file: string): z.output<typeof state> | undefined {
  try {
    return state.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}
