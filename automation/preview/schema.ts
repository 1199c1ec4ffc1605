import { z } from "zod";
import { EXIT } from "../engine/exit-status.js";
import { RISKS } from "./risks.js";

/** It is raised where a field goes or means something else; new fields may come with any version of the program. */
export const PREVIEW_VERSION = 1;

const seconds = z.number().min(0);
const about = <Schema extends z.ZodType>(schema: Schema, description: string): Schema =>
  schema.describe(description);

const consent = z.strictObject({
  name: about(z.string(), "Name of the consent: `node.russell`."),
  why: about(z.string(), "What it is for, and when it is asked for."),
  entry: about(
    z.string(),
    "What to write between the braces of `consent: {}` in the stack file, with today as its last day.",
  ),
  heldUntil: about(z.string(), "Its last day, where the file has it and it holds.").optional(),
  endedOn: about(z.string(), "Its last day, where the file has it and that is over.").optional(),
});

const step = z.strictObject({
  phase: about(z.string(), "Area of the phase: `before`, `host`, `network`, …, `hooks`."),
  title: about(z.string(), "What the screen calls the phase."),
  of: about(z.string(), "Whose part of the phase, such as a node's."),
  action: about(
    z.string(),
    "`create`, `update`, `remove`, `replace`, `read`, …; `let go` where a removal leaves the thing on the cluster alone",
  ),
  name: about(z.string(), "The resource's own name."),
  kind: about(z.string(), "What it is: `pvecm/Member`."),
  why: about(z.array(z.string()), "Of an update: what differs."),
  risks: about(
    z.array(z.enum(RISKS)).min(1),
    "What the step may bring with it, the gravest first; `none` stands alone.",
  ),
  condition: about(
    z.string(),
    "Of a gate: what has to hold before anything behind it begins.",
  ).optional(),
  expectedSeconds: about(
    seconds,
    "Median of such steps in earlier runs of the stack; absent where there was none.",
  ).optional(),
  consents: about(z.array(consent), "The consents that it asks for, held or not."),
});

const phase = z.strictObject({
  phase: z.string(),
  title: z.string(),
  expectedSeconds: about(
    seconds,
    "Parts of a phase go on side by side, and the kinds of a part one after the other; absent where no such step was made before.",
  ).optional(),
  withoutEarlierRun: about(z.int().min(0), "Steps of which no time is known."),
});

const votes = z.strictObject({
  expected: z.int().min(0),
  needed: about(z.int().min(0), "So many must be present."),
});

const memory = z.strictObject({
  node: z.string(),
  beforeBytes: about(
    z.number().min(0),
    "What its guests are given, by the node on which the file makes each of them.",
  ),
  afterBytes: z.number().min(0),
  roomBytes: about(z.number(), "What it has for guests, where its hardware is known.").optional(),
});

const ceph = z.strictObject({
  osds: z.int().min(0),
  rawBytes: about(z.number(), "Where the size of each disk is known.").optional(),
  fitsBytes: about(
    z.number(),
    "Data that fits until Ceph warns of its fullest disk, in the pool of which least fits.",
  ).optional(),
});

const file = z.strictObject({
  node: z.string(),
  path: z.string(),
  change: about(
    z.enum(["new", "changed", "back"]),
    "`new`: nothing is recorded of it. `changed`: of the last run's text. `back`: what was there before the program comes back.",
  ),
  diff: about(
    z.array(z.string()),
    "A unified diff, line by line. Secrets stand in it by their names.",
  ),
});

const said = z.strictObject({
  subject: about(z.string(), "Name of the resource that it is about.").optional(),
  text: z.string(),
});

/** What a preview has to tell beside its outcome. */
export const previewed = z.strictObject({
  version: z.literal(PREVIEW_VERSION),
  steps: about(z.array(step), "What `up` would do, in the order of the screen."),
  phases: about(z.array(phase), "The phases of the steps, in their order."),
  votes: about(
    z.strictObject({ before: votes.optional(), after: votes }),
    "`before` is absent where nothing is recorded of a cluster.",
  ).optional(),
  memory: about(z.array(memory), "Of the nodes that have guests, before or after."),
  ceph: about(
    z.strictObject({ before: ceph, after: ceph }),
    "Where the file has one that is made.",
  ).optional(),
  files: about(z.array(file), "With `--diff` alone.").optional(),
  notes: about(z.array(said), "Seen on the hosts."),
  warnings: about(z.array(said), "To think about."),
});

type Lasting<T> = T extends readonly (infer Entry)[]
  ? readonly Lasting<Entry>[]
  : T extends object
    ? { readonly [Key in keyof T]: Lasting<T[Key]> }
    : T;
export type Previewed = Lasting<z.output<typeof previewed>>;
export type PreviewedStep = Previewed["steps"][number];

/** What `preview --json` prints. A stack file with mistakes has the answer of `validate`, and what ends before the engine starts `{ status, errors }`. */
export const previewAnswer = z.strictObject({
  status: about(z.literal(Object.values(EXIT)), "The exit status."),
  verb: z.literal("preview"),
  stack: z.string(),
  changes: about(
    z.record(z.string(), z.int()),
    "How many resources by the engine's operations; `same` are as wanted.",
  ),
  errors: z.array(z.string()),
  seconds,
  outputs: about(z.record(z.string(), z.unknown()), "Empty: a preview has none."),
  runLog: about(z.string(), "File with every remote step, once there is one."),
  ...previewed.shape,
});

/** For `docs/generated/preview.schema.json`. */
export function previewJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(previewAnswer);
  const whole = {
    $schema,
    title: "What `proxmox-ha preview --json` prints",
    description:
      "Made from automation/preview/schema.ts by `npm run generate`; do not edit. docs/preview.md says how to read it.",
    ...schema,
  };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}
