import { z } from "zod";
import { absolutePath, secretRef } from "../../../config/schema/primitives.js";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

const mode = z.string().regex(/^0[0-7]{3}$/, "write four octal digits: 0644");
const account = z.string().regex(/^[a-z_][a-z0-9_-]*$/, "write the name of a user or group");

const attributes = {
  mode: mode.default("0644"),
  owner: account.default("root"),
  group: account.default("root"),
  /** Extended regular expression: a file of which every line matches is an installation's, and nobody's work. */
  installed: z.string().optional(),
} as const;

const file = z
  .strictObject({
    /** Text of the file. `{{NAME}}` stands for the secret of that name. */
    content: z.string().optional(),
    /** In its place: a file that comes with the program, of which the state need not hold a copy a host. */
    source: z.strictObject({ path: z.string().min(1), sha256: z.string().length(64) }).optional(),
    secrets: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), secretRef).default({}),
    ...attributes,
  })
  .refine(
    ({ content, source }) => (content === undefined) !== (source === undefined),
    "write either `content` or `source`",
  );
export type ManagedFile = z.output<typeof file>;

const rememberedFile = z.strictObject({
  /** SHA-256 of the text, before secrets are put in. */
  digest: z.string(),
  holdsSecrets: z.boolean(),
  ...attributes,
});
export type RememberedFile = z.output<typeof rememberedFile>;

const shape = {
  ...commonInputs,
  connection: sshConnection,
  /** What the files are together; names their records on the host. */
  set: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "use lower-case letters, digits and hyphens"),
  /** Command that must succeed with the new files in place; otherwise the old ones come back. */
  validate: z.string().min(1).optional(),
  /** Command that makes the change effective. Runs after every change and never without one. */
  reload: z.string().min(1).optional(),
} as const;

export const filesInputs = z.strictObject({
  ...shape,
  files: z.record(absolutePath, file),
  /**
   * Sets with the same turn that are in use on their hosts change one after the other, and none behind one that failed: while one starts
   * anew, the others do their work. How a change is made is nothing to remember.
   */
  turn: z.string().min(1).optional(),
});
export type FilesInputs = z.output<typeof filesInputs>;

/** The state keeps digests in the place of texts, so that it stays small and holds nothing twice. */
export const filesState = z.strictObject({
  ...shape,
  files: z.record(absolutePath, rememberedFile),
});
export type FilesState = z.output<typeof filesState>;
