import { ask } from "./twin.mjs";

const pingSeconds = 6;
const pingEverySeconds = 0.02;
const leastAnswers = 50;

/**
 * How long traffic between two nodes stands still when the cable between them is pulled.
 * @typedef {{ cable: string, gapMs: number }} RingGap
 */

/**
 * Pulls one ring cable of the twin for a few seconds while a ping runs over it.
 * @param {string} twin
 * @param {{ name: string, state: string }[]} cables
 * @returns {Promise<RingGap | string | undefined>} the gap, why it could not be measured, or undefined without a ring
 */
export async function measureRingGap(twin, cables) {
  const cable = cables.find(({ state }) => state === "plugged")?.name;
  const [from, to] = (cable ?? "").split("-").map((end) => end.replace(/\.[^.]*$/, ""));
  if (!cable || !from || !to) return undefined;
  const addresses = await ask(["twin", "ssh", twin, to, "--", "ip -o -4 addr show lo"]);
  const target = /inet (?!127\.)(\d+\.\d+\.\d+\.\d+)\/32/.exec(addresses.stdout)?.[1];
  if (!target) return `${to} has no loopback address`;
  let answered = () => {};
  const running = new Promise((resolve) => {
    answered = () => resolve(undefined);
  });
  const ping = ask(
    [
      ...["twin", "ssh", twin, from, "--"],
      // Not its own deadline: with that, ping ends at the first error that the network reports.
      `timeout -s INT ${pingSeconds} ping -D -n -i ${pingEverySeconds} ${target}`,
    ],
    (text) => text.includes("bytes from") && answered(),
  );
  await Promise.race([running, ping]);
  await ask(["twin", "fault", twin, "cable-cut", cable]);
  const { stdout } = await ping;
  const healed = await ask(["twin", "heal", twin]);
  if (healed.status !== 0) return `the cable ${cable} can't be plugged in again: ${healed.stderr}`;
  const gapMs = longestGapMs(stdout);
  return gapMs === undefined ? `${from} got no answers from ${to}` : { cable, gapMs };
}

/**
 * The longest time between two answers in the output of `ping -D`; undefined when nothing came back after a gap.
 * @param {string} output
 * @returns {number | undefined}
 */
export function longestGapMs(output) {
  const times = [...output.matchAll(/^\[(\d+\.\d+)\].*bytes from/gm)].map(([, at]) => Number(at));
  if (times.length < leastAnswers) return undefined;
  let longest = 0;
  for (let at = 1; at < times.length; at += 1)
    longest = Math.max(longest, (times[at] ?? 0) - (times[at - 1] ?? 0));
  return Math.round(longest * 1000);
}
