import { expect, it } from "vitest";
import { isMeant, newestOfEach } from "../../../../automation/restore-drill/choose.js";

const guest = (vmid: number, bytes: number) => ({
  kind: "vm" as const,
  vmid,
  name: `guest-${vmid}`,
  node: "frege",
  bytes,
});
const backup = (vmid: number, madeAtMs: number) => ({
  volume: `nas:backup/${vmid}-${madeAtMs}`,
  vmid,
  bytes: 1,
  madeAtMs,
});

it("takes the newest backup of each guest, from whichever job's storage, the smallest guest first", () => {
  const { candidates, without } = newestOfEach(
    new Map([
      [
        "daily",
        { guests: [guest(101, 8), guest(102, 4)], backups: [backup(101, 5), backup(102, 9)] },
      ],
      [
        "weekly",
        { guests: [guest(101, 8), guest(103, 1)], backups: [backup(101, 7), backup(900, 8)] },
      ],
    ]),
  );
  expect(candidates.map((one) => one.backup.volume)).toEqual([
    "nas:backup/102-9",
    "nas:backup/101-7",
  ]);
  expect(without.map(({ vmid }) => vmid)).toEqual([103]);
});

it("knows a guest by its name and by its number", () => {
  expect(isMeant(guest(101, 1), "guest-101")).toBe(true);
  expect(isMeant(guest(101, 1), "101")).toBe(true);
  expect(isMeant(guest(101, 1), "10")).toBe(false);
});
