import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeTwin } from "../../../supervisor/describe-twin.js";
import type { UpRequest } from "../../../supervisor/request.js";
import { twinStatusSchema } from "../../../supervisor/status.js";
import { plannedTwin } from "../planned-twin.js";

const request: UpRequest = {
  name: "hume",
  engine: "container",
  timeScale: 1,
  plan: plannedTwin("frege"),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-describe-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const partsOf = (phase: "starting" | "failed", problem?: string) => ({
  request,
  snapshots: path.join(folder, "snapshots"),
  engine: "container",
  startedAt: new Date(0),
  phase,
  problem,
  readyAfterMs: undefined,
  twin: undefined,
  services: [],
  faults: undefined,
});

describe("a twin that is still being built", () => {
  it("tells what its plan says, in the shape that the command line reads", async () => {
    const told = await describeTwin(partsOf("starting"), true);
    expect(twinStatusSchema.parse(told)).toEqual(told);
    expect(told).toMatchObject({ name: "hume", stack: "frege", phase: "starting", hosts: [] });
    expect(told.cables.every(({ state }) => state === "plugged")).toBe(true);
    expect(told.nas.map(({ name }) => name)).toEqual(["nas"]);
    expect(told.snapshots).toEqual([]);
    expect(told).not.toHaveProperty("problem");
  });

  it("names its snapshots in order, and the problem that ended it", async () => {
    for (const label of ["joined", "fresh"]) {
      mkdirSync(path.join(folder, "snapshots", label), { recursive: true });
    }
    const told = await describeTwin(partsOf("failed", "no space left"), false);
    expect(told).toMatchObject({ phase: "failed", problem: "no space left" });
    expect(told.snapshots).toEqual(["fresh", "joined"]);
  });
});
