import { eventually, statusOf } from "../../../twin/testing/index.js";
import type { ProgramTwin } from "./program-twin.js";

/** The twin's name of the cable between two nodes. */
export async function cableBetween(twin: ProgramTwin, one: string, other: string): Promise<string> {
  const { cables } = await statusOf(twin);
  const found = cables.find(({ name }) => name.includes(one) && name.includes(other));
  if (found === undefined) {
    throw new Error(`no cable joins ${one} and ${other}: ${JSON.stringify(cables)}`);
  }
  return found.name;
}

export interface Gap {
  readonly longestMs: number;
  readonly answers: number;
}

/** Twenty pings a second from a node while something happens; the longest time without an answer. */
export async function gapDuring(
  twin: ProgramTwin,
  { node, target, seconds }: { node: string; target: string; seconds: number },
  happen: () => Promise<unknown>,
): Promise<Gap> {
  const unit = `gap-${target.replaceAll(/[^0-9a-f]/g, "-")}`;
  const file = `/run/${unit}`;
  await twin.on(
    node,
    `rm -f ${file}; systemd-run --quiet --collect --unit=${unit} sh -c 'timeout -s INT ${seconds} ping -D -n -i 0.05 ${target} > ${file}; date +[%s.%6N]end >> ${file}'`,
  );
  await eventually(
    async () => Number(await twin.on(node, `wc -l < ${file}`)) > 20,
    () => `ping from ${node} to ${target} does not run`,
    15_000,
  );
  await happen();
  await eventually(
    async () => (await twin.on(node, `systemctl is-active ${unit} || true`)).trim() !== "active",
    () => "ping does not end",
    (seconds + 30) * 1_000,
  );
  const output = await twin.on(node, `cat ${file}`);
  const times = [...output.matchAll(/^\[(\d+\.\d+)\].*bytes from/gm)].map(([, at]) => Number(at));
  if (times.length < 20) {
    throw new Error(`too few answers to measure anything: ${output.slice(-500)}`);
  }
  // Traffic that never came back stands still until the end.
  const end = /^\[(\d+\.\d+)\]end$/m.exec(output)?.[1];
  if (end !== undefined) {
    times.push(Number(end));
  }
  const gaps = times.slice(1).map((at, before) => at - (times[before] ?? at));
  return { longestMs: Math.round(Math.max(...gaps) * 1_000), answers: times.length - 1 };
}

/** Whether a node reaches an address straight through a port, in the routing protocol's own route. */
export async function goesThrough(
  twin: ProgramTwin,
  node: string,
  address: string,
  port: string,
): Promise<boolean> {
  const six = address.includes(":") ? "-6 " : "";
  const route = await twin.on(node, `ip -o ${six}route get ${address} || true`);
  return new RegExp(`\\bdev ${port}\\b`).test(route);
}
