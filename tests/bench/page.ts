import { goalsOf } from "./goals.js";
import { type MeasuredRun, median } from "./measured.js";
import { DONE, LEFT } from "./tried.js";

const HEAD = `# Performance

Made by \`npm run bench\` from \`docs/generated/performance.json\`; nothing in it is written by hand.

Everything is measured on the twin. In each round the same hosts, as they were when new, are made a cluster twice: by \`proxmox-ha up\` and
by the playbook in \`tests/bench/ansible\`, which writes the same files, packages, members, links, storages, guest and placement with a
pipelined connection that stays open and all hosts at once. It leaves out the fencers, the timed way back of a network change and every
proof, and is given its key on the hosts. Executions are counted by each host's own sshd: commands and file transfers from outside the
cluster. Seconds are those of small hosts that share a machine; ratios and counts are what carries over.
`;

/** The page about one or several runs. */
export function renderPage(runs: readonly MeasuredRun[]): string {
  return [HEAD, ...runs.map(renderRun), tried()].join("\n");
}

function tried(): string {
  return [
    "## What was done, and what was left",
    table(
      ["what", "before", "after"],
      DONE.map(({ what, before, after }) => row(what, before, after)),
    ),
    LEFT.map((line) => `- ${line}`).join("\n"),
  ]
    .join("\n\n")
    .concat("\n");
}

const s = (value: number) => `${value.toFixed(1)} s`;
const times = (value: number) => `${value.toFixed(2)} x`;
const row = (...cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly string[]) =>
  [row(...head), row(...head.map(() => "---")), ...rows].join("\n");

function renderRun(run: MeasuredRun): string {
  const { machine, load, busy } = run;
  const kept = busy === 0 ? "nothing beside it" : `${busy} of them kept busy by others all along`;
  return [
    `## ${run.on}: ${machine.processors} processors, ${machine.memoryGib} GiB, ${kept}`,
    `Load when it began ${load.before.toFixed(1)}, at most ${load.most.toFixed(1)}.`,
    "### Goals",
    table(
      ["what", "goal", "measured", ""],
      goalsOf(run).map(({ what, goal, measured, met }) =>
        row(what, goal, measured, met ? "met" : "**not met**"),
      ),
    ),
    `### ${run.stack} from fresh hosts, medians of ${run.rounds.length}`,
    besides(run),
    "### Where nothing is to be done, medians",
    idle(run),
    "### The program without a host",
    table(
      ["stack", "nodes", "resources", "validate", "load", "declare", "inputs a resource"],
      run.program.map((one) =>
        row(
          one.stack,
          one.nodes,
          one.resources,
          `${one.validate.toFixed(2)} s`,
          `${one.load.toFixed(2)} s`,
          `${one.declare.toFixed(2)} s`,
          `${Math.round(one.inputBytes / one.resources)} B`,
        ),
      ),
    ),
    ...square(run),
    ...growth(run),
  ]
    .join("\n\n")
    .concat("\n");
}

function besides({ rounds }: MeasuredRun): string {
  const ours = rounds.map((round) => round.ours);
  const theirs = rounds.map(({ ansible }) => ansible);
  const compare = (what: string, one: number, other: number, show: (value: number) => string) =>
    row(what, show(one), show(other), times(other / one));
  const plain = (value: number) => String(Math.round(value));
  const ourMedian = (key: keyof (typeof ours)[number]) => median(ours.map((one) => one[key]));
  const theirMedian = (key: keyof (typeof theirs)[number]) => median(theirs.map((one) => one[key]));
  return table(
    ["", "proxmox-ha", "Ansible", "ratio"],
    [
      compare("first run", ourMedian("firstUp"), theirMedian("first"), s),
      compare("executions on the hosts", ourMedian("executions"), theirMedian("executions"), plain),
      compare("second run", ourMedian("secondUp"), theirMedian("second"), s),
      row(
        "executions of the second run",
        ourMedian("secondExecutions"),
        theirMedian("secondExecutions"),
        "",
      ),
      row("changed by the second run", 0, theirMedian("secondChanged"), ""),
      row("longest serial chain", s(ourMedian("chain")), "", ""),
      row("founding and joins alone", s(ourMedian("joins")), "", ""),
      row("peak memory, plugins and engine included", `${ourMedian("peakMb")} MB`, "", ""),
    ],
  );
}

function idle({ idle: measured }: MeasuredRun): string {
  const trips = Object.entries(measured.refreshTrips).map(([host, count]) => `${host} ${count}`);
  return table(
    ["what", "seconds", "of the bare engine"],
    (
      [
        ["the bare engine with three dynamic resources", measured.bareEngine],
        ["`proxmox-ha up`", measured.up],
        ["`pulumi up`", measured.pulumiUp],
        ["`proxmox-ha preview`", measured.preview],
        [`\`proxmox-ha refresh\` (round trips: ${trips.join(", ")})`, measured.refresh],
        ["`proxmox-ha status`", measured.status],
      ] as const
    ).map(([what, all]) =>
      row(what, s(median(all)), times(median(all) / median(measured.bareEngine))),
    ),
  );
}

function square({ square: sizes }: MeasuredRun): string[] {
  return sizes === undefined
    ? []
    : [
        "### What grows with the square of the nodes, counted without a host",
        "A plain cluster with one link and one power device a node. Paths are measured by one round trip a host, eight of them at once, each for\n" +
          "a second. A join proves its own paths to every member by one round trip to each, so all joins together grow with the square.",
        table(
          [
            "nodes",
            "lines of hosts files",
            "paths measured",
            "round trips",
            "seconds on a host",
            "datagrams of all joins",
            "round trips",
            "answers of power devices",
            "round trips",
          ],
          sizes.map((one) =>
            row(
              one.nodes,
              one.hostLines,
              one.paths,
              one.pathTrips,
              one.wavesOfAHost,
              one.datagrams,
              one.joinTrips,
              one.fenceAnswers,
              one.fenceTrips,
            ),
          ),
        ),
      ];
}

function growth({ growth: sizes }: MeasuredRun): string[] {
  return sizes.length === 0
    ? []
    : [
        "### More nodes, each size from fresh hosts",
        table(
          ["nodes", "first up", "a join", "last join", "executions a node", "second up", "state"],
          sizes.map((one) =>
            row(
              one.nodes,
              s(one.up),
              s(median(one.joins)),
              s(one.joins.at(-1) ?? 0),
              Math.round(one.executions / one.nodes),
              s(one.secondUp),
              `${Math.round(one.state.bytes / one.state.resources)} B a resource`,
            ),
          ),
        ),
      ];
}
