import { expect, it, vi } from "vitest";
import { type EndedWell, lastScreen } from "../../../automation/engine/last-screen.js";
import { ringCluster } from "../config/plan/stacks.js";

const spec = ringCluster(3);

const shown = (more: Partial<EndedWell> = {}): Promise<string> =>
  lastScreen({
    stack: "frege",
    changed: true,
    read: () => ({ kind: "read", spec }),
    look: () => Promise.resolve("all is well\n"),
    ...more,
  });

it("is the cluster as it is now, and how to go on", async () => {
  const lines = (await shown()).split("\n");
  expect(lines.slice(0, 4)).toEqual(["", "all is well", "", "Go on"]);
  expect(lines[4]).toMatch(/^ {2}https:\/\/[\d.]+:8006 +the web interface/);
});

it("asks no host where nothing was changed", async () => {
  const look = vi.fn(() => Promise.resolve("all is well"));
  expect((await shown({ changed: false, look })).split("\n").slice(0, 2)).toEqual(["", "Go on"]);
  expect(look).not.toHaveBeenCalled();
});

it("says what it could not read where an edit broke the stack file while the run went on", async () => {
  const text = "Pulumi.frege.yaml:7: nodes is missing. Write it.\n";
  const screen = await shown({ read: () => ({ kind: "wrong", text, findings: [] }) });
  expect(screen.split("\n").slice(0, 6)).toEqual([
    "",
    "The run ended well. How the cluster is now is not shown: the stack file cannot be read any more.",
    "  Pulumi.frege.yaml:7: nodes is missing. Write it.",
    "",
    "Go on",
    expect.stringContaining("https://<node>:8006"),
  ]);
});

it("keeps a run ended well whatever becomes of the screen", async () => {
  const read = () => {
    throw new Error("EACCES: permission denied");
  };
  expect(await shown({ read })).toContain(
    "the stack file cannot be read any more.\n  EACCES: permission denied\n",
  );
  const look = () => Promise.reject(new Error("no key for the hosts"));
  expect(await shown({ look })).toContain(
    "\nThe run ended well. How the cluster is now is not shown: the cluster could not be looked at.\n  no key for the hosts\n",
  );
});
