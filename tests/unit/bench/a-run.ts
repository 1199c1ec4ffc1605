import type { MeasuredRun } from "../../bench/measured.js";

const program = (nodes: number, validate: number) => ({
  stack: "plain",
  nodes,
  validate,
  load: 0.3,
  declare: 0.2,
  resources: 40,
  inputBytes: 40_000,
});

/** A run in which every goal is met, at its very limit where that can be written exactly. */
export const GOOD_RUN: MeasuredRun = {
  on: "2026-01-02",
  machine: { processors: 2, memoryGib: 8 },
  busy: 0,
  load: { before: 0.1, most: 3 },
  stack: "frege",
  rounds: [1, 3, 2].map((turn) => ({
    ours: {
      firstUp: 50 + turn,
      chain: 50 + turn,
      joins: 40 + turn,
      executions: 100,
      peakMb: 600,
      secondUp: 3,
      secondExecutions: 0,
    },
    ansible: {
      first: 300 + turn,
      executions: 500,
      second: 60,
      secondExecutions: 200,
      secondChanged: 0,
    },
  })),
  idle: {
    bareEngine: [2, 2, 2],
    up: [3, 3, 3],
    pulumiUp: [3],
    preview: [2],
    refresh: [4],
    status: [1],
    refreshTrips: { one: 15, two: 11 },
  },
  state: { bytes: 300_000, resources: 100 },
  program: [{ ...program(3, 0.2), stack: "frege" }, program(32, 0.9)],
  growth: [
    {
      nodes: 16,
      up: 300,
      joins: [12, 10, 11, 12],
      executions: 800,
      secondUp: 4,
      state: { bytes: 300_000, resources: 200 },
    },
  ],
};
