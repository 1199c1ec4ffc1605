/** What the program knows about a graphics card. */
export interface GpuModel {
  /** GPUs on one board; the A16 carries four. */
  readonly gpus: number;
  readonly memoryGiB: number;
  /** Partition profiles and how often each fits on one GPU; empty where the chip has no MIG. */
  readonly mig: Readonly<Record<string, number>>;
  /** Slices of compute and memory that partitions share. */
  readonly slices?: { readonly compute: number; readonly memory: number };
  /** vGPU types of this card, where the program knows them. */
  readonly vgpuTypes?: readonly string[];
}

const SEVEN = { compute: 7, memory: 8 };
const range = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => `nvidia-${first + index}`);

export const GPUS: Readonly<Record<string, GpuModel>> = {
  a16: { gpus: 4, memoryGiB: 16, mig: {}, vgpuTypes: range(709, 723) },
  a2: { gpus: 1, memoryGiB: 16, mig: {} },
  a10: { gpus: 1, memoryGiB: 24, mig: {} },
  a40: { gpus: 1, memoryGiB: 48, mig: {} },
  l4: { gpus: 1, memoryGiB: 24, mig: {} },
  l40s: { gpus: 1, memoryGiB: 48, mig: {} },
  a30: {
    gpus: 1,
    memoryGiB: 24,
    mig: { "1g.6gb": 4, "1g.6gb+me": 1, "2g.12gb": 2, "2g.12gb+me": 1, "4g.24gb": 1 },
    slices: { compute: 4, memory: 4 },
  },
  "a100-40": {
    gpus: 1,
    memoryGiB: 40,
    mig: {
      "1g.5gb": 7,
      "1g.5gb+me": 1,
      "1g.10gb": 4,
      "2g.10gb": 3,
      "3g.20gb": 2,
      "4g.20gb": 1,
      "7g.40gb": 1,
    },
    slices: SEVEN,
  },
  "a100-80": {
    gpus: 1,
    memoryGiB: 80,
    mig: {
      "1g.10gb": 7,
      "1g.10gb+me": 1,
      "1g.20gb": 4,
      "2g.20gb": 3,
      "3g.40gb": 2,
      "4g.40gb": 1,
      "7g.80gb": 1,
    },
    slices: SEVEN,
  },
  "h100-80": {
    gpus: 1,
    memoryGiB: 80,
    mig: {
      "1g.10gb": 7,
      "1g.10gb+me": 1,
      "1g.20gb": 4,
      "2g.20gb": 3,
      "3g.40gb": 2,
      "4g.40gb": 1,
      "7g.80gb": 1,
    },
    slices: SEVEN,
  },
};
