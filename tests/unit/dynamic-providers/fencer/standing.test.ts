import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { isUnderWay, parseStanding } from "../../../../dynamic-providers/fencer/standing.js";

/** The fencer itself writes its status and reads it, as on a host. */
const WRITES = `
import sys, tempfile
sys.path.insert(0, "agents/fencer/tests")
from harness import config
from proxmox_ha_fencer.model import Membership, Observation, State
from proxmox_ha_fencer.record import Case, Record
from proxmox_ha_fencer.status import read_status, write_status
import json, time
with tempfile.TemporaryDirectory() as folder:
    record = Record(cases=(Case("carla", "off", "ada"),))
    seen = Observation(wall=time.time(), membership=Membership(True, frozenset({1, 2}), 3, 2, {1: 1, 2: 1}, 2), record=record)
    state = State(0.0, absent_since={"carla": 90.0}, holds=("carla is absent for 10 s: fenced after 50 s",), fenced_at=90.0)
    write_status(folder, config(), state, seen, 100.0)
    print(json.dumps(read_status(folder, folder)))
    print(json.dumps(read_status("/nonexistent", "/nonexistent")))
`;

describe("how a fencer stands", () => {
  it("is read from what it says itself", () => {
    const [works = "", silent = ""] = execFileSync("python3", ["-B", "-c", WRITES], {
      encoding: "utf8",
    }).split("\n");
    expect(parseStanding("ada", works)).toMatchObject({
      node: "ada",
      daemon: {
        quorate: true,
        paused: false,
        restS: 110,
        absent: { carla: 10 },
        cases: [{ node: "carla", step: "off", holder: "ada" }],
        powerOn: [{ node: "berta" }, { node: "carla", perHour: 1 }],
      },
    });
    expect(parseStanding("ada", silent)).toEqual({ node: "ada", daemon: null });
  });

  it("is not known from anything else", () => {
    for (const text of ["", "Traceback", "{}", '{"daemon": {}}']) {
      expect(parseStanding("ada", text)).toBeUndefined();
    }
  });
});

it.each([
  ["off", "ada", true],
  ["off", "", false],
  ["powering-on", "ada", true],
  ["failed", "ada", false],
  ["left-off", "ada", false],
])("a case at %s, held by '%s', may switch power at any moment: %s", (step, holder, is) => {
  expect(isUnderWay({ node: "carla", step, holder })).toBe(is);
});
