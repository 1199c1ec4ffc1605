import type { WrongStack } from "./wrong-stack.js";

const IMAGE = {
  url: "https://images.example/debian-13.qcow2",
  checksum: `sha256:${"0f".repeat(32)}`,
  storages: ["nfs-isos"],
};
const KEPT = { "storage/nfs-isos/content": ["iso", "vztmpl", "import"] };
const GUEST = { id: 110, node: "frege", cores: 1, memory: "1GiB" };
const from = (image: string) => ({
  "guests/one": { ...GUEST, disks: [{ storage: "nfs-vms", size: "8GiB", image }] },
});

export const IMAGES: readonly WrongStack[] = [
  {
    name: "a checksum of another length than its kind has",
    stack: "frege",
    patch: { ...KEPT, ...from("debian"), "images/debian": { ...IMAGE, checksum: "sha256:0f0f" } },
    code: "schema/value",
    at: "images.debian.checksum",
    fix: "64 hexadecimal digits",
  },
  {
    name: "an image on a storage that nobody declares",
    stack: "frege",
    patch: { ...from("debian"), "images/debian": { ...IMAGE, storages: ["nfs-old"] } },
    code: "images/unknown-storage",
    at: "images.debian.storages[0]",
    line: "nfs-old",
    fix: "nfs-isos",
    way: { ...KEPT, "images/debian/storages": ["nfs-isos"] },
  },
  {
    name: "the image of a disk on a storage for other files",
    stack: "frege",
    patch: { ...from("debian"), "images/debian": IMAGE },
    code: "images/storage-content",
    at: "images.debian.storages[0]",
    line: "nfs-isos",
    fix: "Add `import` to its `content`",
    way: KEPT,
  },
  {
    name: "an image that is packed",
    stack: "frege",
    patch: {
      ...KEPT,
      ...from("talos"),
      "images/talos": { ...IMAGE, url: "https://images.example/talos.raw.xz" },
    },
    code: "images/unknown-ending",
    at: "images.talos.url",
    fix: /Write `file` with an ending/,
  },
  {
    name: "two images that would be one file",
    stack: "frege",
    patch: {
      ...KEPT,
      "guests/one": {
        ...GUEST,
        disks: [
          { storage: "nfs-vms", size: "8GiB", image: "first" },
          { storage: "nfs-vms", size: "8GiB", image: "second" },
        ],
      },
      "images/first": IMAGE,
      "images/second": { ...IMAGE, url: "https://mirror.example/debian-13.qcow2" },
    },
    code: "images/file-twice",
    at: "images.second.storages[0]",
    line: "nfs-isos",
    fix: "Write another name as `file`",
    way: { "images/second/file": "second.qcow2" },
  },
  {
    name: "an image that nobody uses",
    stack: "frege",
    patch: { ...KEPT, "images/debian": IMAGE },
    code: "images/unused",
    at: "images.debian",
    fix: "stays until somebody frees it",
    way: from("debian"),
  },
  {
    name: "a disk from an image that nobody declares",
    stack: "frege",
    patch: from("debian"),
    code: "images/unknown-image",
    at: "guests.one.disks[0].image",
    fix: "Declare it under `images`",
    way: { ...KEPT, "images/debian": IMAGE },
  },
  {
    name: "a disk from a template of containers",
    stack: "frege",
    patch: {
      ...from("debian"),
      "images/debian": { ...IMAGE, file: "debian.tar.zst" },
    },
    code: "images/not-for-this",
    at: "guests.one.disks[0].image",
    fix: ".qcow2, .raw or .vmdk",
  },
  {
    name: "a container without template and root",
    stack: "frege",
    patch: { "guests/one": { ...GUEST, kind: "container" } },
    code: "guests/container-root",
    at: "guests.one",
    fix: /needs `template`, an image of a container and one disk/,
    way: {
      "guests/one/template": "box",
      "guests/one/disks": [{ storage: "nfs-vms", size: "4GiB" }],
      "images/box": { ...IMAGE, file: "debian.tar.zst" },
    },
  },
  {
    name: "a container from the image of a disk",
    stack: "frege",
    patch: {
      ...KEPT,
      "guests/one": {
        ...GUEST,
        kind: "container",
        template: "debian",
        disks: [{ storage: "nfs-vms", size: "4GiB" }],
      },
      "images/debian": IMAGE,
    },
    code: "images/not-for-this",
    at: "guests.one.template",
    fix: ".tar.zst",
  },
  {
    name: "swap of a container for a virtual machine",
    stack: "frege",
    patch: { "guests/one": { ...GUEST, swap: "1GiB" } },
    code: "guests/for-containers",
    at: "guests.one.swap",
    fix: "kind: container",
  },
  {
    name: "a disk from an image that its node cannot see",
    stack: "frege",
    patch: {
      "storage/nfs-isos/content": ["iso", "vztmpl", "import"],
      "storage/nfs-isos/nodes": ["russell"],
      ...from("debian"),
      "images/debian": IMAGE,
    },
    code: "images/out-of-reach",
    at: "guests.one.disks[0].image",
    fix: "Add a storage that this node sees",
    way: { "guests/one/node": "russell" },
  },
];
