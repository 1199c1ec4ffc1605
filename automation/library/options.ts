import path from "node:path";
import { z } from "zod";
import { projectRoot, type StackFile } from "../engine/backend.js";
import { withLastingKeys } from "../engine/lasting-keys.js";
import { stackIn } from "../engine/stack-file.js";
import { asClusterError, ClusterError } from "./cluster-error.js";

interface Surroundings {
  /** Beside this process's own environment, and for this cluster alone. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Which stack: by its file, or by its name and the folder with the stack files. */
export type ClusterOptions =
  | (Surroundings & { readonly stackFile: string })
  | (Surroundings & { readonly stack: string; readonly project: string });

const env = z.record(z.string(), z.string()).optional();
const options = z.union([
  z.strictObject({ stackFile: z.string().min(1), env }),
  z.strictObject({
    stack: z.string().regex(/^[^/\\]+$/),
    project: z.string().min(1),
    env,
  }),
]);

export interface Opened {
  readonly file: StackFile;
  readonly env: NodeJS.ProcessEnv;
}

/** What a program has said of its cluster, checked: it need not be written in TypeScript. */
export function openedBy(said: ClusterOptions): Opened {
  const { data } = options.safeParse(said);
  if (data === undefined) {
    throw new ClusterError(
      "badInput",
      "A cluster is known by `stackFile`, the path of its Pulumi.<stack>.yaml, or by `stack` and `project`, its name and the folder with the stack files. `env` may stand beside them, with texts.",
    );
  }
  const file =
    "stackFile" in data
      ? path.resolve(data.stackFile)
      : path.resolve(data.project, `Pulumi.${data.stack}.yaml`);
  try {
    return {
      file: stackIn(file),
      env: withLastingKeys({ ...process.env, ...data.env }, projectRoot),
    };
  } catch (thrown) {
    throw asClusterError(thrown);
  }
}
