import { Failure } from "../../config/failure/failure.js";
import type { Clock, HostShell } from "../shell/shell.js";
import { look } from "../transport/ssh/look.js";

/** One reading of a host's clock, against the clock of the machine that asks. */
export interface ClockReading {
  readonly node: string;
  /** The host's clock is ahead of the asker's by at least and at most so much. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The time source that chrony follows; empty when it follows none. */
  readonly source: string;
}

/** A reading is as good as its round trip is short, so the best of a few counts. */
const READINGS = 3;

const SCRIPT = [
  "export LC_ALL=C",
  "date +%s%3N",
  "chronyc -n -c sources 2>/dev/null | grep '^[\\^=#],\\*' | cut -d, -f3 || true",
].join("\n");

/** Reads a host's clock. */
export async function readClock(shell: HostShell, clock: Clock): Promise<ClockReading> {
  let best: ClockReading | undefined;
  for (let reading = 0; reading < READINGS; reading++) {
    const before = clock.now();
    const said = await look(shell, {
      script: SCRIPT,
      timeoutMs: 10_000,

      verb: "read the clock",
    });
    const after = clock.now();
    const [time = "", source = ""] = said.trim().split("\n");
    if (!/^\d{13}$/.test(time)) {
      throw new Failure("failed", {
        tried: "reading the clock",
        where: shell.node,
        cameBack: said.trim() || "no answer",
        doNext: "Check that `date` works there, then run `pulumi up` again.",
      });
    }
    const now = {
      node: shell.node,
      fromMs: Number(time) - after,
      toMs: Number(time) - before,
      source,
    };
    best = best === undefined || width(now) < width(best) ? now : best;
  }
  if (best === undefined) {
    throw new Error("no reading was made");
  }
  return best;
}

const width = ({ fromMs, toMs }: ClockReading): number => toMs - fromMs;
