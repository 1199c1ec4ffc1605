import { list } from "../../config/findings/enumeration.js";
import type { Consequence, Loss, Outcome } from "../../config/plan/whatif/index.js";

const WORDS: Readonly<Record<Outcome, string>> = {
  serves: "goes on",
  weaker: "goes on, weaker",
  stops: "STOPS",
};

/** One screen: what was asked, what it starts from, and a paragraph for each part of the cluster. */
export function renderWhatIf(
  cluster: string,
  loss: Loss,
  starts: readonly string[],
  consequences: readonly Consequence[],
): string {
  const lines = consequences.flatMap(({ about, outcome, lines: said }) => [
    "",
    `${about}: ${WORDS[outcome]}`,
    ...said.map((line) => `  ${line}`),
  ]);
  return `${[`${cluster}, if ${lossText(loss)}`, ...starts.map((one) => `  ${one}`), ...lines].join("\n")}\n`;
}

function lossText({ nodes, networks, storages, osds }: Loss): string {
  const were = (all: readonly string[]): string =>
    `${list(all)} ${all.length === 1 ? "was" : "were"}`;
  return list([
    ...(nodes.length === 0 ? [] : [`${were(nodes)} lost`]),
    ...(networks.length === 0
      ? []
      : [`the ${networks.length === 1 ? "network" : "networks"} ${were(networks)} cut`]),
    ...(storages.length === 0 ? [] : [`${list(storages)} did not answer`]),
    ...(osds.length === 0
      ? []
      : [
          `the ${osds.length === 1 ? "disk" : "disks"} of ${were(osds.map((osd) => `osd.${osd}`))} dead`,
        ]),
  ]);
}
