import { Failure } from "../../../config/failure/failure.js";
import type { Context, Host } from "../../kit/runtime.js";
import { endOfOutput } from "../../shell/shell.js";
import { ask } from "../../transport/pvesh/ask.js";
import { tell } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import type { Part } from "../../transport/pvesh/part.js";
import { raw, sh } from "../../transport/ssh/quoting.js";
import { tellAll, tellCeph } from "../ceph-command.js";
import type { Leaving } from "./plan.js";
import type { RetiredPoolsInputs } from "./schema.js";

const UNMOUNT_MS = 60_000;

/**
 * Ends a file system: its storages are put out of use, so that nobody mounts it again; every member lets go of it; then it goes. Each step
 * may be done twice, so a run after a cut one goes on from here.
 */
export async function endFilesystem(
  { it, storages }: Leaving,
  others: readonly string[],
  state: RetiredPoolsInputs,
  host: Host,
  context: Context,
  doNext: string,
): Promise<void> {
  const { name } = it;
  const each = async (verb: string, partOf: (id: string) => Part<void>): Promise<void> => {
    const parts = storages.map(({ id }) => partOf(id));
    if (parts.length > 0) {
      await ask(host, parts, {
        verb,
        timeoutMs: 120_000,
        repeatable: true,
        tried: `to ${verb}`,
        doNext,
      });
    }
  };
  await each(`put the storages on ${name} out of use`, (id) =>
    tell("set", apiPath("set", `/storage/${id}`), { disable: true }),
  );
  const places = storages.map(({ place }) => place);
  await Promise.all(
    state.members.map((member) => letGo({ name, others, places }, context.host(member), doNext)),
  );
  await each(`remove the storages on ${name}`, (id) =>
    tell("delete", apiPath("delete", `/storage/${id}`)),
  );
  await tellAll(
    host,
    [tellCeph("fs", "fail", name), tellCeph("fs", "rm", name, "--yes-i-really-mean-it")],
    { verb: `end the file system ${name}`, doNext },
  );
  context.log.say(`the file system ${name} is gone, and nobody has it mounted`);
}

interface Mounted {
  readonly name: string;
  /** File systems of the same Ceph that stay. */
  readonly others: readonly string[];
  readonly places: readonly string[];
}

/** Takes the mounts away that Proxmox made, those of storages that it no longer has among them. One by somebody else's hand stops it. */
async function letGo({ name, others, places }: Mounted, host: Host, doNext: string): Promise<void> {
  const staying = others.map((other) => `[.=]${other.replaceAll(".", "\\.")}([=, ]|$)`);
  const filter = staying.length === 0 ? raw("cat") : raw(sh`grep -vE -e ${staying.join("|")}`);
  const own = raw(["/mnt/pve/*", ...places.map((place) => sh`${place}`)].join(" | "));
  const result = await host.run(
    [
      "export LC_ALL=C",
      // One that does not say which file system it is of may be of this one.
      sh`mounted=$(findmnt -rn -t ceph,fuse.ceph,fuse.ceph-fuse -o TARGET,SOURCE,OPTIONS | ${filter} | cut -d ' ' -f 1)`,
      "for place in $mounted; do",
      sh`  case $place in ${own}) ;; *) echo "it is mounted at $place" >&2; exit 1 ;; esac`,
      "done",
      'for place in $mounted; do umount "$place" || exit 1; done',
    ].join("\n"),
    { timeoutMs: UNMOUNT_MS, repeatable: true, verb: `let go of the file system ${name}` },
  );
  if (result.status !== 0) {
    throw new Failure("refused", {
      tried: `to let go of the file system ${name}`,
      where: host.node,
      cameBack: `it is in use there, and nothing in it was touched: ${endOfOutput(result)}`,
      doNext: `End what uses it there (\`fuser -vm\` with that place tells) and unmount it. ${doNext}`,
    });
  }
}
