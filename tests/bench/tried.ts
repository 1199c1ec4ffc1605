/** A change for the sake of speed, with its figure before and after: of the same machine, each at the load that it says. */
interface Tried {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What was done about the time of a run, on the twin of frege with two processors. */
export const DONE: readonly Tried[] = [
  {
    what: "the process of the providers ends when its last answer is out",
    before: "2.0 s after the end of every run",
    after: "0.05 s",
  },
  {
    what: "starts of Pulumi's command line by an `up`",
    before: "9, of 0.15 to 0.35 s",
    after: "1",
  },
  {
    what: "`up` with nothing to do, beside the bare engine in turn",
    before: "2.41 x (load 1 to 5)",
    after: "1.41, 0.95 and 1.10 x (load 13)",
  },
  {
    what: "packages before the network of a ring",
    before: "8.5 s, all of them",
    after: "3.4 s, routing alone (load 14); the others come while the routes do",
  },
  {
    what: "the gate of the ring's paths, which a host waits for itself",
    before: "9.1 s (load 4)",
    after: "7.7 s (load 14), 8.8 s of packages beside it",
  },
  {
    what: "fencers of a first run, all at once",
    before: "8.8 s, one after the other (load 4)",
    after: "5.0 s (load 14)",
  },
  {
    what: "round trips of a first `up` to the founder: looks that stay on a node while its join runs, and while its paths are not there",
    before: "106",
    after: "100, with four more for the packages that come first",
  },
  {
    what: "state, by what waits for the last resource of a host and not for all of it",
    before: "3858 B a resource",
    after: "3675 B",
  },
];

/** What did not help, or was left alone, and why. */
export const LEFT: readonly string[] = [
  "CSNPs and PSNPs of OpenFabric every second and not every two: routes came after 7.8 to 8.4 s in place of 7.4 to 7.7 s. What takes the time is the first " +
    "synchronisation of FRR's daemon, about 5 s after its start.",
  "The founding beside the gate of the ring, for about 7 s: it would stand on a network that is not proved.",
  "The network before the restart of a host: a kernel parameter can give its ports other names.",
  "Node's loading of the SDK: more than half of it is a compiler and a package manager that only programs need whose functions the engine keeps. It is " +
    "loaded before anything of ours, in the engine's own processes.",
  "State below 3000 B: a quarter of frege's is the list of the fencer's files, on each host, in what is wanted and in what is recorded. One digest of them all " +
    "would need the fencer's files of the program that wrote it to tell a person's edit, which a later version has not.",
];
