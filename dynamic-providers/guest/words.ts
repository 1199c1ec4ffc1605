/** Settings of Proxmox that hold several words: `virtio=BC:24:11:00:00:64,bridge=vmbr0,tag=16`. */
export type Words = Readonly<Record<string, string>>;

/** The word whose name Proxmox leaves out, by setting without its number. */
const UNNAMED: Readonly<Record<string, string>> = {
  agent: "enabled",
  cpu: "cputype",
  machine: "type",
  memory: "current",
  startup: "order",
};
const DRIVE = /^((ide|sata|scsi|virtio|efidisk|tpmstate|mp)\d+|rootfs)$/;
const CARD = /^net\d+$/;
const MODELS = ["virtio", "e1000", "e1000e", "rtl8139", "vmxnet3"];

/** What a word means that is not there. */
const ABSENT: Words = {
  backup: "1",
  cache: "none",
  discard: "ignore",
  enabled: "0",
  firewall: "0",
  iothread: "0",
  ssd: "0",
};

export function wordsOf(setting: string, text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const part of text.split(",").filter((one) => one !== "")) {
    const [name = "", ...rest] = part.split("=");
    const value = rest.join("=");
    if (CARD.test(setting) && MODELS.includes(name)) {
      found.model = name;
      if (value !== "") {
        found.macaddr = value;
      }
    } else if (rest.length === 0) {
      found[unnamed(setting)] = name;
    } else {
      found[name] = value;
    }
  }
  return found;
}

export function textOf(setting: string, words: Words): string {
  const { [unnamed(setting)]: first, ...named } = words;
  const { macaddr, ...others } = CARD.test(setting) ? named : { ...named, macaddr: undefined };
  const head = first === undefined ? [] : [macaddr === undefined ? first : `${first}=${macaddr}`];
  return [
    ...head,
    ...Object.entries(others).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value}`],
    ),
  ].join(",");
}

function unnamed(setting: string): string {
  return CARD.test(setting)
    ? "model"
    : DRIVE.test(setting)
      ? "file"
      : (UNNAMED[setting] ?? setting);
}

/** The wish laid over what is there: others' words stay, and an empty one goes. */
export function laidOver(present: Words, wanted: Words): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...present, ...wanted }).filter(([, value]) => value !== ""),
  );
}

/** The words of a wish that are not as they should be, as a person reads them. */
export function differingWords(
  present: Words,
  wanted: Words,
): { readonly name: string; readonly from: string; readonly to: string }[] {
  return Object.entries(wanted)
    .filter(([name, value]) => !sameWord(name, present[name] ?? ABSENT[name] ?? "", value))
    .map(([name, value]) => ({ name, from: present[name] ?? "absent", to: value || "absent" }));
}

function sameWord(name: string, present: string, wanted: string): boolean {
  if (name === "macaddr" || name === "hwaddr") {
    return present.toUpperCase() === wanted.toUpperCase();
  }
  // Proxmox may have pinned the version of a chipset.
  return present === wanted || (name === "type" && chipsetOf(present) === chipsetOf(wanted));
}

function chipsetOf(machine: string): string {
  return machine === "q35" || machine.startsWith("pc-q35") ? "q35" : "pc";
}

const UNIT: Readonly<Record<string, number>> = { K: 2 ** -20, M: 2 ** -10, G: 1, T: 2 ** 10 };

/** Whether a drive is a volume of a storage, and not a device or a file of its node. */
export const isVolume = (file: string): boolean => /^[A-Za-z][\w.-]*:/.test(file);

/** A size as Proxmox notes it. */
export function gibOf(size: string | undefined): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(size ?? "") ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNIT[unit] ?? 2 ** -30);
}
