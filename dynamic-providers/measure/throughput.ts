import { z } from "zod";
import { parseJson } from "../transport/base/json.js";
import { sh } from "../transport/ssh/quoting.js";

/** How long and how much one direction may take; whichever comes first ends it. */
export const LARGEST_RUN_S = 10;
const LARGEST_RUN_BYTES = "1G";
/** The server ends by itself after this, also when nobody is left to end it. */
const SERVER_LIFE_S = 2 * LARGEST_RUN_S;

const PORT = 5299;
const UNIT = "proxmox-ha-throughput";

/** Listens on one address for one run, as a unit with an end of its own. */
export function serverScript(address: string): string {
  return [
    "export LC_ALL=C",
    "command -v iperf3 >/dev/null || { echo 'iperf3 is not installed' >&2; exit 1; }",
    `systemctl stop ${UNIT} 2>/dev/null`,
    sh`systemd-run --quiet --collect --unit=${UNIT} -p RuntimeMaxSec=${SERVER_LIFE_S} iperf3 --server --one-off --bind ${address} --port ${PORT} || exit 1`,
    `for i in $(seq 1 50); do ss -Hltn 'sport = :${PORT}' | grep -q . && exit 0; sleep 0.1; done`,
    "echo 'iperf3 does not listen' >&2; exit 1",
  ].join("\n");
}

/** Sends as much as the bounds allow and prints iperf3's report. */
export function clientScript(from: string, to: string): string {
  return [
    "export LC_ALL=C",
    sh`timeout --signal=INT --kill-after=5 ${LARGEST_RUN_S} iperf3 --json --client ${to} --bind ${from} --port ${PORT} --bytes ${LARGEST_RUN_BYTES} --connect-timeout 3000`,
    "true",
  ].join("\n");
}

export const STOP_SERVER_SCRIPT = `systemctl stop ${UNIT} 2>/dev/null; true`;

const report = z.object({
  error: z.string().optional(),
  end: z
    .object({
      sum_sent: z
        .object({
          bits_per_second: z.number().optional(),
          retransmits: z.number().optional(),
          seconds: z.number().optional(),
        })
        .optional(),
      sum_received: z.object({ bits_per_second: z.number().optional() }).optional(),
    })
    .optional(),
});

export interface Throughput {
  /** Undefined when nothing could be measured. */
  readonly bitsPerSecond: number | undefined;
  readonly retransmits: number;
  readonly seconds: number;
  /** What iperf3 complained about; empty when it did not. */
  readonly complaint: string;
}

/** Reads iperf3's report; a run that its time ended has one too, without the far side's view. */
export function parseThroughput(output: string): Throughput {
  const parsed = report.safeParse(parseJson(output)).data;
  if (parsed === undefined) {
    return {
      bitsPerSecond: undefined,
      retransmits: 0,
      seconds: 0,
      complaint: "iperf3 gave no report",
    };
  }
  const { sum_sent: sent, sum_received: received } = parsed.end ?? {};
  const rates = [received?.bits_per_second, sent?.bits_per_second];
  const ended = /^interrupt/.test(parsed.error ?? "");
  return {
    bitsPerSecond: rates.find((rate) => rate !== undefined && rate > 0),
    retransmits: sent?.retransmits ?? 0,
    seconds: sent?.seconds ?? 0,
    complaint: ended ? "" : (parsed.error ?? ""),
  };
}
