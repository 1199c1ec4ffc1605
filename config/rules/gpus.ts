import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { GPUS, type GpuModel } from "../hardware/gpus.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "gpus/unknown-node": {
    severity: "error",
    about: "A card is given to a node that does not exist.",
  },
  "gpus/no-mig": {
    severity: "error",
    about:
      "Only a few chips can be partitioned (MIG). The A16 is four whole GPUs of 16 GB on one board and has none.",
  },
  "gpus/mig-profile": { severity: "error", about: "The card has no such partition profile." },
  "gpus/mig-slices": {
    severity: "error",
    about: "The partitions need more slices than one GPU has.",
  },
  "gpus/mig-and-passthrough": {
    severity: "error",
    about: "A GPU that is handed whole to a guest cannot be partitioned on the host.",
  },
  "gpus/too-many": { severity: "error", about: "More GPUs are given away than the boards have." },
  "gpus/vgpu-and-others": {
    severity: "error",
    about:
      "The vGPU driver on a host gives containers no GPU, and a GPU that is shared cannot be handed out whole.",
  },
  "gpus/vgpu-type": { severity: "error", about: "The vGPU type belongs to another card." },
  "gpus/unused": { severity: "warning", about: "The card is declared and nobody gets it." },
  "gpus/old-driver": {
    severity: "error",
    about: "Older driver branches do not compile on the kernel of Proxmox VE 9.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

const OLDEST_DRIVER_ON_9 = 570;

type Gpu = Facts["spec"]["gpus"][string];

function check(facts: Facts): Draft[] {
  return Object.entries(facts.spec.gpus).flatMap(([name, gpu]) => {
    const path = ["gpus", name];
    const model = GPUS[gpu.model];
    return [
      ...nodesOf(facts, path, gpu),
      ...(model === undefined
        ? []
        : [...use(path, gpu, model), ...partitions(path, gpu, model), ...shared(path, gpu, model)]),
      ...driver(facts, path, gpu),
    ];
  });
}

function nodesOf({ spec, nodeNames }: Facts, path: Path, gpu: Gpu): Draft[] {
  return gpu.nodes.flatMap((node, index) =>
    spec.nodes[node] === undefined
      ? [
          draft(
            "gpus/unknown-node",
            [...path, "nodes", index],
            `There is no node ${node}.`,
            `Write one of ${list(nodeNames)}.`,
          ),
        ]
      : [],
  );
}

function use(path: Path, gpu: Gpu, model: GpuModel): Draft[] {
  const there = gpu.boards * model.gpus;
  const assigned = gpu.passthrough + gpu.containers;
  if (assigned > there) {
    return [
      draft(
        "gpus/too-many",
        path,
        `${assigned} GPUs of each node are given away, and ${gpu.boards} ${gpu.model} ${gpu.boards === 1 ? "board has" : "boards have"} ${there}.`,
        `Let \`passthrough\` and \`containers\` add up to at most ${there}.`,
        { atKey: true },
      ),
    ];
  }
  return assigned === 0 && gpu.vgpu === undefined && gpu.mig === undefined
    ? [
        draft(
          "gpus/unused",
          path,
          `Nobody gets a GPU of ${String(path.at(-1))}.`,
          "Write `passthrough` (for virtual machines) or `containers`.",
          { atKey: true },
        ),
      ]
    : [];
}

function partitions(path: Path, gpu: Gpu, model: GpuModel): Draft[] {
  if (gpu.mig === undefined) {
    return [];
  }
  const at = [...path, "mig"];
  const profiles = Object.keys(model.mig);
  if (profiles.length === 0) {
    return [
      draft(
        "gpus/no-mig",
        at,
        `The ${gpu.model} cannot be partitioned; profiles such as ${gpu.mig[0]} belong to other cards (3g.20gb to the A100 with 40 GB).`,
        `Write \`passthrough\` and \`containers\` with numbers of whole GPUs (${gpu.boards * model.gpus} of ${model.memoryGiB} GB on each node), or \`vgpu\`.`,
      ),
    ];
  }
  const unknown = gpu.mig.filter((profile) => !profiles.includes(profile));
  if (unknown.length > 0) {
    return [
      draft(
        "gpus/mig-profile",
        at,
        `The ${gpu.model} has no profile ${list(unknown)}.`,
        `Write ${list(profiles, "or")}.`,
      ),
    ];
  }
  return [...slices(at, gpu.mig, gpu, model), ...whole(at, gpu)];
}

function slices(at: Path, mig: readonly string[], gpu: Gpu, model: GpuModel): Draft[] {
  const limit = model.slices;
  if (limit === undefined) {
    return [];
  }
  const compute = mig.reduce((sum, profile) => sum + Number(profile.split("g")[0]), 0);
  const memory = mig.reduce((sum, profile) => {
    const gigabytes = Number(/\.(\d+)gb/.exec(profile)?.[1]);
    return sum + Math.ceil(gigabytes / (model.memoryGiB / limit.memory));
  }, 0);
  return compute > limit.compute || memory > limit.memory
    ? [
        draft(
          "gpus/mig-slices",
          at,
          `The partitions need ${compute} compute and ${memory} memory slices; a ${gpu.model} has ${limit.compute} and ${limit.memory}.`,
          "Remove a partition, or take smaller ones.",
        ),
      ]
    : [];
}

function whole(at: Path, gpu: Gpu): Draft[] {
  return gpu.passthrough > 0 && gpu.boards === 1
    ? [
        draft(
          "gpus/mig-and-passthrough",
          at,
          "The only GPU of a node is handed out whole and partitioned as well.",
          "Remove `mig`, or `passthrough`.",
        ),
      ]
    : [];
}

function shared(path: Path, gpu: Gpu, model: GpuModel): Draft[] {
  if (gpu.vgpu === undefined) {
    return [];
  }
  const at = [...path, "vgpu"];
  return [
    ...(gpu.passthrough + gpu.containers > 0
      ? [
          draft(
            "gpus/vgpu-and-others",
            at,
            `${String(path.at(-1))} is shared as vGPU and also handed out whole or to containers.`,
            "Remove `vgpu`, or `passthrough` and `containers`; other nodes may have an entry of their own.",
          ),
        ]
      : []),
    ...(model.vgpuTypes === undefined || model.vgpuTypes.includes(gpu.vgpu)
      ? []
      : [
          draft(
            "gpus/vgpu-type",
            at,
            `${gpu.vgpu} is no type of the ${gpu.model}.`,
            `Write ${model.vgpuTypes[0]} to ${model.vgpuTypes.at(-1)}.`,
          ),
        ]),
  ];
}

function driver({ spec }: Facts, path: Path, gpu: Gpu): Draft[] {
  const branch = Number(gpu.driver?.split(".")[0]);
  return spec.proxmox.major === 9 && branch < OLDEST_DRIVER_ON_9
    ? [
        draft(
          "gpus/old-driver",
          [...path, "driver"],
          `Driver ${gpu.driver} does not work on the kernel of Proxmox VE 9.`,
          `Write "${OLDEST_DRIVER_ON_9}" or later.`,
        ),
      ]
    : [];
}

export const gpus: RuleSet = { subject: "Graphics processors", codes, check };
