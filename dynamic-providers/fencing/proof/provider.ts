import { Failure } from "../../../config/failure/failure.js";
import { onlyItsWatchdog } from "../../../config/plan/fence.js";
import { defineGate } from "../../kit/gate.js";
import type { Context } from "../../kit/runtime.js";
import { type PairRow, pairSentence, parseMatrix, VERIFY } from "../../measure/fencing.js";
import { partScript, readParts } from "../../shell/parts.js";
import { look } from "../../transport/ssh/look.js";
import { judgeWatchdog, WATCHDOG_QUESTIONS, type WatchdogVerdict } from "../watchdog.js";
import { type ProofInputs, type ProofOutputs, proofInputs, proofOutputs } from "./schema.js";

const MARK = "@@proxmox-ha-fencing@@";
/** Every device of a level costs up to ten seconds when it hangs. */
const PER_DEVICE_MS = 30_000;

/** Proves by reading alone: no proof, preview or deployment ever switches power. */
export const fencingProof = defineGate<ProofInputs, ProofOutputs>({
  kind: "fencing/proof",
  schemaVersion: 1,
  inputs: proofInputs,
  outputs: proofOutputs,
  deadlineMs: 240_000,
  everyMs: 5_000,
  subject: () => "every node can switch off every other one, and has a watchdog that is fed",
  id: ({ cluster }) => `${cluster}/fencing`,
  async measure(inputs, context) {
    // One after the other: a management controller serves few sessions at a time.
    const seen: NodeProof[] = [];
    for (const node of inputs.nodes) {
      seen.push(await proofOf(node, inputs, context));
    }
    const matrix = seen.flatMap(({ rows }) => rows);
    const wrong = [
      ...seen.flatMap(({ watchdog, complaints }) => [
        ...(watchdog.met ? [] : [watchdog.said]),
        ...complaints,
      ]),
      ...matrix.filter(({ ok }) => !ok).map(pairSentence),
    ];
    refuseWhatStays(matrix, inputs);
    return {
      met: wrong.length === 0,
      saw: wrong.length > 0 ? wrong : [...matrix.map(pairSentence), ...alone(inputs)],
      matrix,
      watchdogs: Object.fromEntries(seen.map(({ node, watchdog }) => [node, watchdog.said])),
    };
  },
  doNext,
});

function doNext({ fencers }: Pick<ProofInputs, "fencers">): string {
  return fencers.length === 0
    ? "Look at `systemctl status watchdog-mux` on the named nodes, then run `pulumi up` again."
    : `Mend what is named: the path from that node to the controller, its account, or what the stack file says of it. \`${VERIFY}\` on that node asks again. Then run \`pulumi up\` again.`;
}

interface NodeProof {
  readonly node: string;
  readonly rows: readonly PairRow[];
  readonly complaints: readonly string[];
  readonly watchdog: WatchdogVerdict;
}

async function proofOf(
  { connection, watchdog }: ProofInputs["nodes"][number],
  { fencers, devices }: ProofInputs,
  context: Context,
): Promise<NodeProof> {
  const { node } = connection;
  const fences = fencers.includes(node);
  const said = await look(context.host(connection), {
    script: [
      "export LC_ALL=C",
      ...Object.entries(WATCHDOG_QUESTIONS).map(([name, command]) =>
        partScript(MARK, name, command),
      ),
      ...(fences
        ? [
            partScript(MARK, "fencer", "systemctl is-active proxmox-ha-fencer.service"),
            partScript(MARK, "timer", "systemctl is-active proxmox-ha-fencer-verify.timer"),
            partScript(MARK, "matrix", VERIFY),
          ]
        : []),
    ].join("\n"),
    timeoutMs: 20_000 + devices.length * PER_DEVICE_MS,
    verb: "ask the fencer for its peers' controllers",
  });
  const parts = readParts(MARK, said);
  const text = (name: string): string => parts.get(name)?.trim() ?? "";
  const matrix = parseMatrix(node, text("matrix"));
  const expected = devices.filter((device) => device.node !== node);
  const unproved = expected.filter(
    (device) =>
      !matrix?.rows.some((row) => row.node === device.node && row.address === device.address),
  );
  return {
    node,
    rows: matrix?.rows ?? [],
    complaints: !fences
      ? []
      : [
          ...["fencer", "timer"].flatMap((unit) =>
            text(unit) === "active" ? [] : [`${node}: the ${unit} is ${text(unit) || "silent"}`],
          ),
          ...unproved.map((device) => `${node} said nothing of ${device.kind} ${device.address}`),
        ],
    watchdog: judgeWatchdog(node, watchdog, {
      mux: text("mux"),
      opened: text("opened"),
      kernel: text("kernel")
        .split("\n")
        .filter((line) => line !== ""),
    }),
  };
}

/** Asking a controller again that has refused may lock its account. */
function refuseWhatStays(matrix: readonly PairRow[], inputs: ProofInputs): void {
  const refused = matrix.filter(({ ok, passing }) => !ok && !passing);
  if (refused.length > 0) {
    throw new Failure("failed", {
      tried: "to prove that every node can switch off every other one",
      where: "",
      cameBack: refused.map(pairSentence).join("; "),
      doNext: doNext(inputs),
    });
  }
}

function alone({ nodes, devices }: ProofInputs): string[] {
  return nodes
    .map(({ connection }) => connection.node)
    .filter((node) => !devices.some((device) => device.node === node))
    .map(onlyItsWatchdog);
}
