import { z } from "zod";
import { Failure } from "../../../config/failure/failure.js";
import type { Context } from "../../kit/runtime.js";
import { ask } from "../../transport/pvesh/ask.js";
import { get } from "../../transport/pvesh/calls.js";
import { look, Unread } from "../../transport/pvesh/part.js";
import { sh } from "../../transport/ssh/quoting.js";
import type { ImageInputs } from "./schema.js";

export interface ImageFacts {
  readonly isThere: boolean;
  /** Of what lies there; not asked where nobody is about to rely on it. */
  readonly checksum: string | undefined;
}

const volumes = z.array(z.object({ volid: z.string() }));
const LOOK_MS = 60_000;
/** A large file on a slow store is read to its end. */
const READ_MS = 900_000;
const NONE = "none";

export const volumeOf = ({ storage, content, file }: ImageInputs): string =>
  `${storage}:${content}/${file}`;

/** The list is Proxmox's own, and asking for it mounts the storage: a store that is away is no empty one. */
export async function lookForImage(
  image: ImageInputs,
  context: Context,
  readIt: boolean,
): Promise<ImageFacts> {
  const { connection, storage, content } = image;
  const host = context.host(connection);
  const list = get(`/nodes/${connection.node}/storage/${storage}/content`, volumes, { content });
  const sum = readIt ? [checksumOf(image)] : [];
  const said = await ask(host, [list, ...sum], {
    verb: `look for image ${image.file}`,
    timeoutMs: readIt ? READ_MS : LOOK_MS,
    tried: `to look for image ${image.name} on ${storage}`,
    doNext: `Look at \`pvesm status --storage ${storage}\` there, then run \`pulumi up\` again.`,
  });
  const isThere = said.of(list).some(({ volid }) => volid === volumeOf(image));
  const [asked] = sum;
  return {
    isThere,
    checksum: isThere && asked !== undefined ? said.of(asked) : undefined,
  };
}

function checksumOf({ algorithm, ...image }: ImageInputs) {
  const tool = `${algorithm}sum`;
  const volume = volumeOf({ algorithm, ...image });
  const script = sh`checksum_of() {
  file=$(pvesm path "$2") || return
  if test -e "$file"; then "$1" < "$file"; else echo ${NONE}; fi
}
checksum_of ${tool} ${volume}`;
  return look(`checksum of ${image.file}`, script, (text) => {
    const word = text.trim().split(/\s+/)[0] ?? "";
    if (word === NONE) {
      return undefined;
    }
    if (!/^[0-9a-f]{64,128}$/.test(word)) {
      throw new Unread(`${tool} said ${JSON.stringify(text.slice(0, 80))}`);
    }
    return word;
  });
}

/** A file of that name is there, and it is another one. */
export function refusedOther(image: ImageInputs, { checksum }: ImageFacts): Failure | undefined {
  return checksum === undefined || checksum === image.checksum
    ? undefined
    : new Failure("refused", {
        tried: `to take over ${volumeOf(image)} as image ${image.name}`,
        where: image.connection.node,
        cameBack: `refused, nothing was changed: a file of that name is there, and its ${image.algorithm} is ${checksum}, not ${image.checksum}`,
        doNext: `If what is there is right, write its checksum. Otherwise write another name as \`file\` at \`images.${image.name}\`, or remove it by \`pvesm free ${volumeOf(image)}\`.`,
      });
}

/** Nobody can tell from a name which of two files it means. */
export function refusedRename(before: ImageInputs, wanted: ImageInputs): Failure | undefined {
  return before.file !== wanted.file || before.checksum === wanted.checksum
    ? undefined
    : new Failure("refused", {
        tried: `to change image ${wanted.name}`,
        where: "",
        cameBack: `refused, nothing was changed: the file ${wanted.file} is on ${wanted.storage} with another checksum, and an image that is there is never downloaded again`,
        doNext: `Write a name of its own as \`file\` at \`images.${wanted.name}\`, best with the date or version of the image in it.`,
      });
}
