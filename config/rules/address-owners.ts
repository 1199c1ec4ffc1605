import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { canonical, contains } from "../plan/address.js";
import { type AddressEntry, type AddressRole, addressBook } from "./address-book.js";
import { type Facts, prefixesOf } from "./facts.js";
import { specialOf, specialWithin } from "./special-networks.js";

export const ownerCodes = {
  "address/duplicate": {
    severity: "error",
    about:
      "Two things would answer to one address: nodes, guests, gateways, controllers or machines of others.",
  },
  "address/special": {
    severity: "error",
    about:
      "The address belongs to a range with a meaning of its own (loopback, multicast, link-local IPv6, documentation, reserved), in which no machine can be reached.",
  },
  "address/in-ring": {
    severity: "error",
    about:
      "A machine outside of the cluster cannot have an address among the loopbacks of the ring: the ring's routing would look for it between the hosts.",
  },
} as const satisfies CodeTable;
const draft = drafter(ownerCodes);

/** What may not share an address with what; the first finding is enough for each address. */
const EXCLUDES: Readonly<Record<AddressRole, readonly AddressRole[]>> = {
  own: ["own", "machine", "controller", "reserved"],
  machine: ["own", "controller"],
  service: ["controller"],
  controller: ["own", "machine", "service"],
  reserved: ["own"],
};

/** Addresses that two things would answer to, or nothing. */
export function ownerDrafts(facts: Facts): Draft[] {
  const book = addressBook(facts);
  return [
    ...duplicates(book),
    ...specialAddresses(facts, book),
    ...specialPrefixes(facts),
    ...insideRing(facts, book),
  ];
}

function duplicates(book: readonly AddressEntry[]): Draft[] {
  const seen = new Map<string, AddressEntry[]>();
  return book.flatMap((one) => {
    const key = canonical(one.address);
    const before = seen.get(key) ?? [];
    seen.set(key, [...before, one]);
    const other = before.find(({ role }) => EXCLUDES[one.role].includes(role));
    return other === undefined
      ? []
      : [
          draft(
            "address/duplicate",
            one.path,
            `${one.address} is ${one.owner} and ${other.owner} at once.`,
            "Give each its own free address.",
          ),
        ];
  });
}

const PRIVATE = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or fd00::/8";

/** Where the whole prefix is special, that is said once and not of each address in it. */
function specialAddresses({ networks }: Facts, book: readonly AddressEntry[]): Draft[] {
  const wrong = networks.flatMap(([, network]) =>
    prefixesOf(network).filter((prefix) => specialWithin(prefix) !== undefined),
  );
  return book.flatMap(({ address, owner, path }) => {
    const special = specialOf(address);
    return special === undefined || wrong.some((prefix) => contains(prefix, address))
      ? []
      : [
          draft(
            "address/special",
            path,
            `${address} (${owner}) lies in ${special.prefix}: ${special.meaning}.`,
            `Write the address that the machine has, for example one of ${PRIVATE}.`,
          ),
        ];
  });
}

function specialPrefixes({ networks }: Facts): Draft[] {
  return networks.flatMap(([name, network]) =>
    (["cidr", "cidr6", "loopbacks", "loopbacks6"] as const).flatMap((key) => {
      const prefix = network[key];
      const special = prefix === undefined ? undefined : specialWithin(prefix);
      return special === undefined
        ? []
        : [
            draft(
              "address/special",
              ["networks", name, key],
              `${prefix} shares addresses with ${special.prefix}: ${special.meaning}.`,
              `Write a prefix of ${PRIVATE}.`,
            ),
          ];
    }),
  );
}

/** Controllers are judged with the other questions about their way. */
function insideRing({ rings }: Facts, book: readonly AddressEntry[]): Draft[] {
  return rings.flatMap(([name, network]) =>
    book
      .filter(({ role }) => role === "machine" || role === "service")
      .filter(({ path }) => path[0] !== "networks" || path[1] !== name)
      .filter(({ address }) => prefixesOf(network).some((prefix) => contains(prefix, address)))
      .map(({ address, owner, path }) =>
        draft(
          "address/in-ring",
          path,
          `${address} (${owner}) lies among the loopbacks of the ring ${name}, where only the hosts answer.`,
          "Write an address of it outside of the ring, in a network that the hosts and it share.",
        ),
      ),
  );
}
