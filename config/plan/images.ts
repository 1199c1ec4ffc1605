import type { ClusterSpec } from "../schema/cluster.js";
import type { NodePlan } from "./nodes.js";
import { planStorages } from "./storage.js";

type ImageSpec = ClusterSpec["images"][string];

/** What Proxmox calls content of a storage, as far as it downloads such a file. */
export type ImageContent = "import" | "iso" | "vztmpl";

/** A file of one storage, and the node that is told to download it. */
export interface ImagePlan {
  readonly name: string;
  readonly node: string;
  /** Each node has its own. */
  readonly onEachNode: boolean;
  readonly storage: string;
  readonly content: ImageContent;
  readonly file: string;
  /** As Proxmox names it: `nfs-isos:import/debian.qcow2`. */
  readonly volume: string;
  readonly url: string;
  readonly algorithm: "sha256" | "sha512";
  readonly checksum: string;
}

const ENDINGS: readonly (readonly [RegExp, ImageContent])[] = [
  [/\.(qcow2|raw|vmdk)$/, "import"],
  [/\.tar\.(gz|xz|zst|bz2)$/, "vztmpl"],
  [/\.(iso|img)$/, "iso"],
];

/** The name of the file; the rules refuse one that says nothing. */
export function imageFile({ file, url }: ImageSpec): string {
  return file ?? url.split(/[?#]/)[0]?.split("/").at(-1) ?? "";
}

/** What a file is, by its ending; nothing where Proxmox knows none like it. */
export function imageContent(image: ImageSpec): ImageContent | undefined {
  const file = imageFile(image);
  return /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(file)
    ? ENDINGS.find(([ending]) => ending.test(file))?.[1]
    : undefined;
}

/** The installer's own storage is in no file, and each node has one. */
const LOCAL = { shared: false, nodes: undefined } as const;

/** Of every image one on each of its storages, and one on each node where a storage is the node's own. */
export function planImages(spec: ClusterSpec, nodes: readonly NodePlan[]): ImagePlan[] {
  return Object.entries(spec.images)
    .flatMap(([name, image]) =>
      image.storages.flatMap((storage) => {
        const { shared, among } = reachOf(spec, storage);
        const seeing = nodes.filter((node) => among === undefined || among.includes(node.name));
        return (shared ? seeing.slice(0, 1) : seeing).flatMap((node) =>
          planImage(name, image, storage, { node: node.name, onEachNode: !shared }),
        );
      }),
    )
    .sort((a, b) => (a.volume < b.volume ? -1 : a.volume > b.volume ? 1 : 0));
}

function planImage(
  name: string,
  image: ImageSpec,
  storage: string,
  where: Pick<ImagePlan, "node" | "onEachNode">,
): ImagePlan[] {
  const content = imageContent(image);
  if (content === undefined) {
    return [];
  }
  const file = imageFile(image);
  const [algorithm, checksum = ""] = image.checksum.split(":");
  return [
    {
      name,
      ...where,
      storage,
      content,
      file,
      volume: `${storage}:${content}/${file}`,
      url: image.url,
      algorithm: algorithm === "sha512" ? "sha512" : "sha256",
      checksum: checksum.toLowerCase(),
    },
  ];
}

/** The first storage of an image that a node sees, as the volume there. */
export function imageVolume(spec: ClusterSpec, name: string, node: string): string | undefined {
  const image = spec.images[name];
  const content = image === undefined ? undefined : imageContent(image);
  const storage = image?.storages.find((one) => {
    const { among } = reachOf(spec, one);
    return among === undefined || among.includes(node);
  });
  return image === undefined || content === undefined || storage === undefined
    ? undefined
    : `${storage}:${content}/${imageFile(image)}`;
}

function reachOf(
  spec: ClusterSpec,
  id: string,
): { readonly shared: boolean; readonly among: readonly string[] | undefined } {
  const { shared, nodes } = planStorages(spec).find((one) => one.id === id) ?? LOCAL;
  return { shared, among: nodes };
}
