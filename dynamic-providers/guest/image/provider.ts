import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context } from "../../kit/runtime.js";
import { announceTakingOver } from "../../kit/taking-over.js";
import { ask } from "../../transport/pvesh/ask.js";
import { startTask } from "../../transport/pvesh/calls.js";
import { type ImageFacts, lookForImage, refusedOther, refusedRename, volumeOf } from "./found.js";
import { type ImageInputs, imageInputs, imageOutputs } from "./schema.js";

/** As long as the client follows a task, and what it takes to start and read it. */
const TASK_MS = 330_000;

/**
 * A file that Proxmox itself downloads, proves by its checksum and only then gives its name. It is made once and never removed:
 * disks are copies of it, and who else uses it nobody knows.
 */
export const downloadedImage = defineProvider<ImageInputs, ImageInputs, ImageFacts, "download">({
  kind: "guest/image",
  schemaVersion: 1,
  inputs: imageInputs,
  state: imageInputs,
  identity: [],
  deadlineMs: 1_800_000,
  subject,
  id: (inputs) => `${inputs.cluster}/${inputs.connection.node}/${volumeOf(inputs)}`,
  remember: (inputs) => inputs,
  veto: refusedRename,
  foresee,
  observe: async (image, context, inputs) => {
    const facts = await lookForImage(image, context, inputs !== undefined);
    const refused = refusedOther(image, facts);
    if (refused !== undefined) {
      throw refused;
    }
    return facts;
  },
  plan: (wanted, { isThere }) =>
    wanted === undefined || isThere
      ? []
      : [{ kind: "add", path: "file", from: "absent", to: wanted.url, step: "download" }],
  apply: (_changes, image, context) => download(image, context),
  forgotten: ({ isThere }, image) =>
    isThere
      ? `${subject(image)} stays; if nobody uses it any more, \`pvesm free ${volumeOf(image)}\`.`
      : undefined,
  outputs: told(imageOutputs, (_facts, image) => ({ volume: volumeOf(image) })),
  gone: ({ isThere }) => !isThere,
});

function subject(image: ImageInputs): string {
  return `image ${image.name} (${volumeOf(image)} on ${image.connection.node})`;
}

async function foresee(
  before: ImageInputs | undefined,
  wanted: ImageInputs,
  context: Context,
): Promise<void> {
  if (before !== undefined && before.file === wanted.file) {
    return;
  }
  if (before !== undefined) {
    context.log.say(
      `${volumeOf(before)} stays, and no image of the file is called so any more; if nobody uses it, \`pvesm free ${volumeOf(before)}\`.`,
    );
  }
  // A storage that does not stand yet is asked by the work itself.
  const facts = await lookForImage(wanted, context, true).catch(() => undefined);
  if (facts?.isThere !== true) {
    return;
  }
  const refused = refusedOther(wanted, facts);
  if (refused !== undefined) {
    throw refused;
  }
  announceTakingOver(subject(wanted), [], wanted, context);
}

async function download(image: ImageInputs, context: Context): Promise<void> {
  const { connection, storage, content, file, url, algorithm, checksum } = image;
  const task = startTask("create", `/nodes/${connection.node}/storage/${storage}/download-url`, {
    content,
    filename: file,
    url,
    checksum,
    "checksum-algorithm": algorithm,
  });
  const said = await ask(context.host(connection), [task], {
    verb: `download image ${file}`,
    timeoutMs: TASK_MS,
    tried: `to download image ${image.name} from ${url} to ${storage}`,
    doNext: `${connection.node} must reach that address, and the checksum must be that of the file. A download that still runs goes on: wait until its task has ended. Then run \`pulumi up\` again.`,
  });
  said.of(task);
}
