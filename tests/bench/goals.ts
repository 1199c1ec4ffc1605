import { type MeasuredRun, median } from "./measured.js";

export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
}

/** What speed means here, as ratios within one run and as counts; what is not met is said. */
export function goalsOf(run: MeasuredRun): Goal[] {
  const of = (pick: (round: MeasuredRun["rounds"][number]) => number) =>
    median(run.rounds.map(pick));
  const bare = median(run.idle.bareEngine);
  const committed = run.program.filter(({ stack }) => stack !== "plain");
  const largest = Math.max(...committed.map(({ load, declare }) => load + declare));
  const validate = (nodes: number) =>
    Math.max(...run.program.filter((one) => one.nodes === nodes).map((one) => one.validate));
  return [
    atMost(
      "first up, of its longest serial chain",
      1.15,
      of(({ ours }) => ours.firstUp / ours.chain),
    ),
    atMost(
      "that chain, of founding and joins alone",
      1.35,
      of(({ ours }) => ours.chain / ours.joins),
    ),
    atLeast(
      "faster than the playbook",
      3,
      of(({ ours, ansible }) => ansible.first / ours.firstUp),
    ),
    atLeast(
      "fewer executions than the playbook",
      5,
      of(({ ours, ansible }) => ansible.executions / ours.executions),
    ),
    atMost("`up` with nothing to do, of the bare engine", 1.5, median(run.idle.up) / bare),
    count(
      "executions of such an `up`",
      0,
      Math.max(...run.rounds.map(({ ours }) => ours.secondExecutions)),
    ),
    count(
      "round trips of a refresh to one node",
      15,
      Math.max(...Object.values(run.idle.refreshTrips)),
    ),
    count("bytes of state a resource", 3_000, Math.round(run.state.bytes / run.state.resources)),
    seconds("load and declare the largest of the committed stacks", 1, largest),
    seconds("`validate` with 3 nodes", 0.3, validate(3)),
    seconds("`validate` with 32 nodes", 1, validate(32)),
    seconds("`status`", 1.5, median(run.idle.status)),
    ...growthGoal(run),
  ];
}

/** A further node costs its join: the last one of the largest cluster beside the fourth. */
function growthGoal({ growth }: MeasuredRun): Goal[] {
  const largest = growth.toSorted((one, other) => other.nodes - one.nodes)[0];
  const fourth = largest?.joins[1];
  const last = largest?.joins.at(-1);
  return fourth === undefined || last === undefined || largest === undefined || largest.nodes < 6
    ? []
    : [atMost(`node ${largest.nodes}, of the fourth one`, 1.2, last / fourth)];
}

const atMost = (what: string, most: number, measured: number): Goal => ({
  what,
  goal: `<= ${most} x`,
  measured: `${measured.toFixed(2)} x`,
  met: measured <= most,
});
const atLeast = (what: string, least: number, measured: number): Goal => ({
  what,
  goal: `>= ${least} x`,
  measured: `${measured.toFixed(2)} x`,
  met: measured >= least,
});
const count = (what: string, most: number, measured: number): Goal => ({
  what,
  goal: `<= ${most}`,
  measured: String(measured),
  met: measured <= most,
});
const seconds = (what: string, below: number, measured: number): Goal => ({
  what,
  goal: `< ${below} s`,
  measured: `${measured.toFixed(2)} s`,
  met: measured < below,
});
