import { z } from "zod";

const seconds = z.number().nonnegative();
const count = z.int().nonnegative();

/** One run of the benchmark, as it is kept beside the page that shows it. */
export const measuredRun = z.strictObject({
  on: z.iso.date(),
  machine: z.strictObject({ processors: count, memoryGib: count }),
  /** How many processors others kept busy all along, because that was asked for. */
  busy: count,
  load: z.strictObject({ before: z.number(), most: z.number() }),
  stack: z.string(),
  /** One side after the other, on the same hosts as they were when new. */
  rounds: z
    .array(
      z.strictObject({
        ours: z.strictObject({
          firstUp: seconds,
          chain: seconds,
          joins: seconds,
          executions: count,
          peakMb: count,
          secondUp: seconds,
          secondExecutions: count,
        }),
        ansible: z.strictObject({
          first: seconds,
          executions: count,
          second: seconds,
          secondExecutions: count,
          secondChanged: count,
        }),
      }),
    )
    .min(1),
  /** Of the formed cluster, each several times in turn. */
  idle: z.strictObject({
    bareEngine: z.array(seconds).min(1),
    up: z.array(seconds).min(1),
    pulumiUp: z.array(seconds).min(1),
    preview: z.array(seconds).min(1),
    refresh: z.array(seconds).min(1),
    status: z.array(seconds).min(1),
    refreshTrips: z.record(z.string(), count),
  }),
  state: z.strictObject({ bytes: count, resources: count }),
  /** Without a host: each stack, and plain clusters of a size. */
  program: z.array(
    z.strictObject({
      stack: z.string(),
      nodes: count,
      validate: seconds,
      load: seconds,
      declare: seconds,
      resources: count,
      inputBytes: count,
    }),
  ),
  /** What grows with the square of the nodes; runs of before do not say it. */
  square: z
    .array(
      z.strictObject({
        nodes: count,
        hostLines: count,
        paths: count,
        pathTrips: count,
        wavesOfAHost: count,
        datagrams: count,
        joinTrips: count,
        fenceAnswers: count,
        fenceTrips: count,
      }),
    )
    .optional(),
  /** On the twin, where that was asked for. */
  growth: z.array(
    z.strictObject({
      nodes: count,
      up: seconds,
      /** From one join to the next. */
      joins: z.array(seconds),
      executions: count,
      secondUp: seconds,
      state: z.strictObject({ bytes: count, resources: count }),
    }),
  ),
});

export type MeasuredRun = z.output<typeof measuredRun>;

/** The newest first. */
export const measuredRuns = z.strictObject({ runs: z.array(measuredRun).min(1) });

/** To the tenth, as what a run says of its steps is. */
export const tenths = (value: number): number => Math.round(value * 10) / 10;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
