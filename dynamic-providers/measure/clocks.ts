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

/** What every pair of clocks says; a difference counts only as far as it is certain. */
export function compareClocks(
  readings: readonly ClockReading[],
  toleranceMs: number,
): { readonly met: boolean; readonly saw: readonly string[] } {
  const pairs = readings.flatMap((a, at) => readings.slice(at + 1).map((b) => ({ a, b })));
  const wrong = pairs.flatMap(({ a, b }) => {
    const certain = Math.max(0, a.fromMs - b.toMs, b.fromMs - a.toMs);
    return certain <= toleranceMs
      ? []
      : [
          `the clocks of ${a.node} and ${b.node} differ by ${certain} ms or more, and ${toleranceMs} ms are allowed (${follows(a)}, ${follows(b)})`,
        ];
  });
  const seen = pairs.map(
    ({ a, b }) =>
      `${a.node} and ${b.node} differ by ${Math.round(Math.abs(middle(a) - middle(b)))} ms (read to ±${Math.round((width(a) + width(b)) / 2)} ms)`,
  );
  return {
    met: wrong.length === 0,
    saw: wrong.length > 0 ? wrong : [...seen, ...readings.map(follows)],
  };
}

const width = ({ fromMs, toMs }: ClockReading): number => toMs - fromMs;
const middle = ({ fromMs, toMs }: ClockReading): number => (fromMs + toMs) / 2;
const follows = ({ node, source }: ClockReading): string =>
  source === "" ? `${node} follows no time source` : `${node} follows ${source}`;
