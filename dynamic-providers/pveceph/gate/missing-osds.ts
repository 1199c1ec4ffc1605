import type { KnownOsd, SeenOsds } from "../own-osds.js";

/** Which OSDs do not serve, and where, so that nobody has to look for them. */
export function missingOsds({ osds }: SeenOsds): string[] {
  const unborn = osds.filter(isUnborn);
  const others = osds.filter((osd) => !isUnborn(osd));
  const down = others.filter(({ up }) => !up);
  const out = others.filter(({ up, in: inside }) => up && !inside);
  return [
    ...(down.length === 0 ? [] : [`down: ${placed(down)}`]),
    ...(out.length === 0 ? [] : [`out: ${placed(out)}`]),
    ...unborn.map(
      ({ id }) =>
        `osd.${id} never started and hangs on no host: a making of it was cut, so it holds nothing, and once nobody makes it any more \`ceph osd purge ${id} --yes-i-really-mean-it\` takes its number back`,
    ),
  ];
}

/** Has its number from Ceph, and has never told it that it is there. */
const isUnborn = ({ host, neverStarted, destroyed }: KnownOsd): boolean =>
  neverStarted && host === "" && !destroyed;

const placed = (osds: readonly KnownOsd[]): string =>
  osds.map(({ id, host }) => `osd.${id} of ${host === "" ? "no host" : host}`).join(", ");
