import { expect, test } from "vitest";
import { RunResult } from "../../../automation/engine/run-result.js";

const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

const outputsEvent = (type: string, outputs: Record<string, unknown>) => ({
  sequence: 1,
  timestamp: 1,
  resOutputsEvent: {
    metadata: {
      op: "same" as const,
      urn: `urn:pulumi:frege::proxmox-ha::${type}::one`,
      type,
      provider: "",
      new: { type, urn: "", id: "", parent: "", inputs: {}, outputs, provider: "" },
    },
  },
});

const told = (...events: Parameters<RunResult["take"]>[0][]): RunResult => {
  const result = new RunResult();
  for (const event of events) {
    result.take(event);
  }
  return result;
};

test("a run without a word of its end has changed nothing and told nothing", () => {
  expect(told()).toMatchObject({ changes: {}, outputs: {} });
});

test("the steps of a run are counted as its last event says", () => {
  const { changes } = told({
    sequence: 1,
    timestamp: 1,
    summaryEvent: {
      maybeCorrupt: false,
      durationSeconds: 3,
      resourceChanges: { same: 80, create: 1 },
      policyPacks: {},
    },
  });
  expect(changes).toEqual({ same: 80, create: 1 });
});

test("outputs are those of the stack and of nothing else", () => {
  const { outputs } = told(
    outputsEvent("pulumi:pulumi:Stack", { endpoint: "https://10.0.0.1:8006", votes: 3 }),
    outputsEvent("proxmox-ha:network:BondedNetwork", { deviceOf: {} }),
  );
  expect(outputs).toEqual({ endpoint: "https://10.0.0.1:8006", votes: 3 });
});

test("a secret output is left out, and one inside of another output has no value", () => {
  const { outputs } = told(
    outputsEvent("pulumi:pulumi:Stack", { token: secret, users: [{ name: "one", key: secret }] }),
  );
  expect(outputs).toEqual({ users: [{ name: "one", key: "[secret]" }] });
});
