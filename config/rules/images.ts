import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { imageContent, imageFile, imageVolume } from "../plan/images.js";
import { cephStorageIds } from "../plan/storage.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";
import { contentOf } from "./storage-content.js";

const codes = {
  "images/unknown-storage": {
    severity: "error",
    about: "An image is kept by a storage that is not declared.",
  },
  "images/storage-content": {
    severity: "error",
    about: "The storage is not meant for files of this kind.",
  },
  "images/unknown-ending": {
    severity: "error",
    about: "Proxmox takes a file by its ending, and knows none like this one.",
  },
  "images/file-twice": {
    severity: "error",
    about: "Two images of one storage would be the same file.",
  },
  "images/unused": {
    severity: "warning",
    about: "No guest of the file is made from the image.",
  },
  "images/unknown-image": {
    severity: "error",
    about: "A guest is made from an image that is not declared.",
  },
  "images/not-for-this": {
    severity: "error",
    about: "A disk is made from the image of a disk, a container from a template.",
  },
  "images/out-of-reach": {
    severity: "error",
    about: "The node that makes the guest does not see a storage that keeps the image.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  return [
    ...Object.entries(facts.spec.images).flatMap(([name, image]) => [
      ...file(name, image),
      ...storages(facts, name, image),
    ]),
    ...files(facts),
    ...unused(facts),
    ...uses(facts),
  ];
}

type Image = Facts["spec"]["images"][string];

function file(name: string, image: Image): Draft[] {
  return imageContent(image) === undefined
    ? [
        draft(
          "images/unknown-ending",
          ["images", name, image.file === undefined ? "url" : "file"],
          `The file of ${name} would be called ${imageFile(image) || "nothing"}, and Proxmox takes no such file.`,
          "Write `file` with an ending that says what it is: .qcow2, .raw, .vmdk, .iso, .img, .tar.gz, .tar.xz, .tar.zst or .tar.bz2. What is packed otherwise has to be unpacked first.",
        ),
      ]
    : [];
}

function storages(facts: Facts, name: string, image: Image): Draft[] {
  const needed = imageContent(image);
  return image.storages.flatMap((storage, index) => {
    const path = ["images", name, "storages", index];
    const content = contentOf(facts, storage);
    if (content === undefined) {
      return [
        draft(
          "images/unknown-storage",
          path,
          `There is no storage ${storage}.`,
          `Write one of ${list([...Object.keys(facts.spec.storage), ...cephStorageIds(facts.spec)]) || "those under `storage`"}.`,
        ),
      ];
    }
    return needed === undefined || content.includes(needed)
      ? []
      : [
          draft(
            "images/storage-content",
            path,
            `Storage ${storage} does not take ${imageFile(image)} (${list(content) || "no files"}).`,
            `Add \`${needed}\` to its \`content\`, or use another storage.`,
          ),
        ];
  });
}

function files({ spec }: Facts): Draft[] {
  const first = new Map<string, string>();
  return Object.entries(spec.images).flatMap(([name, image]) =>
    image.storages.flatMap((storage, index) => {
      const place = `${storage}:${imageFile(image)}`;
      const known = first.get(place);
      first.set(place, known ?? name);
      return known === undefined
        ? []
        : [
            draft(
              "images/file-twice",
              ["images", name, "storages", index],
              `${known === name ? "The list has it twice:" : `Image ${known} is already`} ${imageFile(image)} on ${storage}.`,
              "Write another name as `file`, or keep one of the two.",
            ),
          ];
    }),
  );
}

function unused({ spec }: Facts): Draft[] {
  const used = new Set(
    Object.values(spec.guests).flatMap(({ disks, template }) => [
      ...disks.flatMap(({ image }) => image ?? []),
      ...(template === undefined ? [] : [template]),
    ]),
  );
  return Object.entries(spec.images).flatMap(([name, image]) =>
    used.has(name) || imageContent(image) === "iso"
      ? []
      : [
          draft(
            "images/unused",
            ["images", name],
            `No guest is made from ${name}.`,
            "Remove it here; what lies on storages stays until somebody frees it. Or keep it for guests to come.",
            { atKey: true },
          ),
        ],
  );
}

function uses({ spec }: Facts): Draft[] {
  return Object.entries(spec.guests).flatMap(([name, { disks, template, node }]) => [
    ...disks.flatMap(({ image }, index) => {
      const path = ["guests", name, "disks", index, "image"];
      return image === undefined ? [] : use(spec, { image, node, path, needed: "import" });
    }),
    ...(template === undefined
      ? []
      : use(spec, {
          image: template,
          node,
          path: ["guests", name, "template"],
          needed: "vztmpl",
        })),
  ]);
}

interface Use {
  readonly image: string;
  readonly node: string;
  readonly path: readonly (string | number)[];
  readonly needed: "import" | "vztmpl";
}

function use(spec: Facts["spec"], { image, node, path, needed }: Use): Draft[] {
  const declared = spec.images[image];
  if (declared === undefined) {
    return [
      draft(
        "images/unknown-image",
        path,
        `There is no image ${image}.`,
        `Declare it under \`images\`${Object.keys(spec.images).length === 0 ? "" : `, or write one of ${list(Object.keys(spec.images))}`}.`,
      ),
    ];
  }
  const content = imageContent(declared);
  if (content !== undefined && content !== needed) {
    return [
      draft(
        "images/not-for-this",
        path,
        `${imageFile(declared)} is no ${needed === "import" ? "image of a disk" : "template of a container"}.`,
        `Write an image whose file ends with ${needed === "import" ? ".qcow2, .raw or .vmdk" : ".tar.gz, .tar.xz, .tar.zst or .tar.bz2"}.`,
      ),
    ];
  }
  return content === undefined || imageVolume(spec, image, node) !== undefined
    ? []
    : [
        draft(
          "images/out-of-reach",
          path,
          `${node} sees none of the storages that keep ${image} (${list(declared.storages)}).`,
          "Add a storage that this node sees to the image, or make the guest on another node.",
        ),
      ];
}

export const images: RuleSet = { subject: "Images", codes, check };
