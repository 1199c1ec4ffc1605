import { afterEach, expect, it } from "vitest";
import { leftoversOf, RunningTwin, statusOf, tryOn } from "../../../testing/index.js";

const twins: RunningTwin[] = [];
afterEach(async () => {
  for (const twin of twins.splice(0)) await twin.down();
});

it("two twins of one stack, with the same names and addresses, do not disturb each other", async () => {
  for (const purpose of ["left", "right"]) twins.push(await RunningTwin.up(purpose));
  const [left, right] = twins;
  if (left === undefined || right === undefined) throw new Error("both twins have started");
  await left.on("frege", "echo left > /root/side");
  await right.on("frege", "echo right > /root/side");
  expect(await left.on("frege", "cat /root/side")).toBe("left\n");
  expect(left.secrets().filter((one) => right.secrets().includes(one))).toEqual([]);
  await left.twin(["power", left.name, "russell", "off"]);
  await left.twin(["fault", left.name, "cable-cut", "frege.en05"]);
  await left.twin(["fault", left.name, "nas-gone", "nas"]);
  const status = await statusOf(right);
  expect(status.hosts.map(({ power }) => power)).toEqual(["on", "on", "on"]);
  expect(status.cables.map(({ state }) => state)).toEqual(["plugged", "plugged", "plugged"]);
  expect((await tryOn(right, "russell", "ip link show en06")).status).toBe(0);
  expect((await tryOn(right, "frege", "showmount -e 10.203.3.99")).stdout).toContain(
    "/volume1/proxmox/vms",
  );
  await left.down();
  twins.shift();
  expect(leftoversOf(left.name)).toEqual([]);
  expect(await right.on("russell", "hostname")).toBe("russell\n");
});
