import { Failure } from "../../config/failure/failure.js";
import { type PairRow, parseMatrix, VERIFY } from "../../dynamic-providers/measure/fencing.js";
import { look } from "../../dynamic-providers/transport/ssh/look.js";
import { EXIT } from "../engine/exit-status.js";
import { askMembers, sentenceOf } from "../fence/ask-members.js";
import type { FenceSight } from "../fence/sight.js";
import type { Stage } from "../fence/stage.js";
import type { IdentifyReport, SwitchPair, VerifyReport } from "./plain-report.js";

/** Every device of a level costs up to ten seconds when it hangs. */
const PER_DEVICE_MS = 30_000;

/** Every fencer asks the devices of its peers, now; nothing is switched. */
export async function verifyNow(stage: Stage): Promise<VerifyReport> {
  const { plan } = stage;
  const { fencers, used, watchdogOnly } = plan.fencing;
  const pairs: SwitchPair[] = [];
  const troubles: string[] = [];
  // One after the other: a management controller serves few sessions at a time.
  for (const node of fencers) {
    try {
      const rows = await verifyFrom(stage, node, used.length);
      pairs.push(...rows.map(({ passing: _passing, ...pair }) => pair));
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }
      troubles.push(error.message);
    }
  }
  const sound = pairs.every(({ ok }) => ok) && troubles.length === 0;
  const status = sound ? EXIT.done : EXIT.failed;
  return { status, drill: "verify", pairs, watchdogOnly, troubles };
}

async function verifyFrom(
  stage: Stage,
  node: string,
  devices: number,
): Promise<readonly PairRow[]> {
  const said = await look(stage.looks(node), {
    // A person asks, so a device that refused the password is asked once more: it may have been corrected there.
    // It ends with 1 where a pair is broken, which is an answer too.
    script: `export LC_ALL=C\n${VERIFY} --again\ntest $? -le 1`,
    verb: "ask the fencer for its peers' power devices",
    timeoutMs: 20_000 + devices * PER_DEVICE_MS,
  });
  const matrix = parseMatrix(node, said);
  if (matrix === undefined) {
    throw new Failure("failed", {
      tried: "to verify",
      where: node,
      cameBack: "its fencer says nothing that can be read",
      doNext: "Run `up`, which brings the fencer of this version.",
    });
  }
  return matrix.rows;
}

/** Lights the locator of a node for a minute, where its devices have one. */
export async function identify(
  stage: Stage,
  sight: FenceSight,
  node: string,
): Promise<IdentifyReport> {
  stage.say(`The locator of ${node} is lit for a minute, if it has one.`);
  const answers = await askMembers(
    { verb: "identify", node, flags: [] },
    sight.askers.filter((asker) => asker !== node).map(stage.changes),
    {
      verb: `light the locator of ${node}`,
      tried: `to light the locator of ${node}`,
      doNext: "Run `up`, which brings the fencer of this version.",
    },
    // What a device cannot do, it cannot do for the next member either.
    ({ kind }) => kind === "answered",
  );
  const lit = answers.some((answer) => answer.kind === "answered" && answer.ok);
  const status = lit ? EXIT.done : EXIT.failed;
  return { status, drill: "identify", node, lit, heard: answers.map(sentenceOf) };
}
