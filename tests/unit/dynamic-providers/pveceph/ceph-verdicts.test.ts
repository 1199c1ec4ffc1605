import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { gateIn, mayBegin } from "../../../../dynamic-providers/pveceph/osds/leaving.js";
import {
  BESIDE_A_LOST_HOST,
  SITUATIONS,
  STAGES,
  VERDICTS,
} from "../../../support/ceph-verdicts.js";

/** What a real Ceph answered (`PROXMOX_HA_RECORD=1 npx vitest run tests/e2e/long/ceph-faults.test.ts`), held against the gates. */
describe("what Ceph says of an OSD that is to leave", () => {
  it.each([...SITUATIONS, BESIDE_A_LOST_HOST])(
    "lets begin what is safe: $name",
    ({ name, may }) => {
      const gate = gateIn(readFileSync(path.join(VERDICTS, `${name}.txt`), "utf8"));
      expect(STAGES.filter((stage) => mayBegin(stage, gate, false))).toEqual(may);
      expect(gate.said).not.toBe("");
    },
  );
});
