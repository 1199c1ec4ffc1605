import { expect, it } from "vitest";
import { askMembers, sentenceOf } from "../../../../automation/fence/ask-members.js";
import { unreachable } from "../../../support/unreachable.js";
import { type Answer, FakeHost } from "../../dynamic-providers/pvecm/fake-cluster.js";

const ERRAND = { verb: "switch russell off", tried: "to switch russell off", doNext: "Look." };
const outcome = (ok: boolean, why: string) =>
  JSON.stringify({ ok, power: ok ? "off" : "unknown", why, devices: ["amt 10.203.3.22"] });

async function asked(...answers: readonly (Answer | "gone")[]) {
  const hosts = answers.map(
    (answer, at) =>
      new FakeHost(`node-${at + 1}`, () => {
        if (answer === "gone") {
          throw unreachable(`node-${at + 1}`);
        }
        return answer;
      }),
  );
  const wish = { verb: "off", node: "russell", flags: ["--yes", "--while-member"] } as const;
  const good = (one: { kind: string; ok?: boolean }) => one.kind === "answered" && one.ok === true;
  return { hosts, heard: (await askMembers(wish, hosts, ERRAND, good)).map(sentenceOf) };
}

it("asks the next member where one cannot be asked, refuses or does not succeed, and none after a success", async () => {
  const { hosts, heard } = await asked(
    "gone",
    JSON.stringify({ refused: "this node has no quorum", known: true }),
    "no fencer\n",
    "Traceback",
    outcome(false, "level 1: timeout"),
    outcome(true, "level 1 says Off, twice"),
    outcome(true, "never asked"),
  );
  expect(heard).toEqual([
    "node-1 could not be asked: no answer",
    "node-2 refused: this node has no quorum",
    "node-3: no fencer is installed there",
    "node-4: its fencer says nothing that can be read",
    "node-5 (amt 10.203.3.22): power unknown; level 1: timeout",
    "node-6 (amt 10.203.3.22): power off; level 1 says Off, twice",
  ]);
  expect(hosts[6]?.asked).toEqual([]);
  expect(hosts[5]?.scripts[0]).toMatch(/main\.py off russell --yes --while-member --json\n/);
});

it("takes an exit status of the fencer's own for no success", async () => {
  const { heard } = await asked({ status: 3, stdout: outcome(true, "") });
  expect(heard).toEqual([expect.stringMatching(/^node-1 could not be asked: .*exit status 3/)]);
});
