import { expect, it } from "vitest";
import { closeAll } from "../../testing/index.js";

it("ends each thing that came to be, whatever became of the others, and leaves no stack file to the next test", async () => {
  const ended: string[] = [];
  process.env.PROXMOX_HA_PROJECT = "/tmp/of-this-file";
  const twin = {
    down: () => {
      ended.push("twin");
      return Promise.reject(new Error("it does not go down"));
    },
  };
  const stack = { close: () => void ended.push("stack") };
  await expect(closeAll(undefined, twin, stack)).rejects.toThrow("it does not go down");
  expect(ended).toEqual(["twin", "stack"]);
  expect(process.env.PROXMOX_HA_PROJECT).toBeUndefined();
});
