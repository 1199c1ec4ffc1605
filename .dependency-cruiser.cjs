"use strict";

// The directions of CONTRIBUTING.md: index -> components -> resource -> provider -> domain -> transport, and config for
// everybody. In dynamic-providers/<domain> a file's role shows in its name: resource.ts or <thing>-resource.ts declares,
// provider.ts or <thing>-provider.ts is called by the engine, and the rest is the domain.

const resource = "^dynamic-providers/(?!kit/|transport/).*(^|[/-])resource\\.ts$";
const provider = "^dynamic-providers/(?!kit/|transport/).*(^|[/-])provider\\.ts$";
const domain = "^dynamic-providers/(?!kit/|transport/|index\\.ts)";
// What several domains need and none of them owns: steps on a host, what a member says of its cluster, what is measured between
// hosts, what a member's fencer is asked, and the judge of all that.
const shared = "^dynamic-providers/(shell|membership|measure|fencer|health)/";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two files that need each other are one subject or need a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "config-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^config/" },
      to: {
        path: "^(index|components|dynamic-providers|automation|twin|tests|toolchain)(/|\\.ts$)",
      },
    },
    {
      name: "config-does-no-input-or-output-with-pulumi",
      severity: "error",
      from: { path: "^config/" },
      to: { path: "^node_modules/(@pulumi|@muhlba91|@aws-sdk|ssh2)" },
    },
    {
      name: "rules-and-plans-know-no-file",
      comment: "They judge and plan what was read; where it stood is the loader's.",
      severity: "error",
      from: { path: "^config/(schema|rules|plan)/" },
      to: { path: "^config/load/" },
    },
    {
      name: "index-declares-components",
      comment: "The program knows components; what those need is theirs.",
      severity: "error",
      from: { path: "^index\\.ts$" },
      to: { path: "^(dynamic-providers|automation|twin|tests|toolchain)/" },
    },
    {
      name: "components-reach-dynamic-providers-through-resources",
      comment:
        "Secrets are the exception: the native provider needs values and every preview needs versions, from the source that the providers use. So is the endpoint: it is chosen before the native provider exists. So are the program's own files, which are named here and read there, and the place where the engine finds providers, which the entry for others chooses. And so is a hook of the engine, which runs in the program: no resource of ours stands between it and the native one. Whether everything is in the run is asked of all resources at once.",
      severity: "error",
      from: {
        path: "^components/",
        pathNot:
          "^components/(index|program/(secret-(source|versions)|whole-run)|cluster/api-endpoint|native/recorded-once|fencing/agent-files|languages/main)\\.ts$",
      },
      to: {
        path: "^dynamic-providers/",
        // The hooks' interpreter is a file that is named and not loaded; importing its name proves that it is there.
        pathNot: [resource, "[/-]schema\\.ts$", "^dynamic-providers/hook/runner\\.ts$"],
      },
    },
    {
      name: "a-hook-asks-one-host-one-thing",
      comment: "Through the runtime of the providers, with what the roster of natives knows.",
      severity: "error",
      from: { path: "^components/native/recorded-once\\.ts$" },
      to: {
        path: "^dynamic-providers/",
        pathNot: [
          "^dynamic-providers/kit/program-host\\.ts$",
          "^dynamic-providers/native/unrecorded\\.ts$",
          "[/-]schema\\.ts$",
        ],
      },
    },
    {
      name: "the-endpoint-only-asks-who-answers",
      comment: "It sends nothing and reads nothing but whether there is an answer.",
      severity: "error",
      from: { path: "^components/cluster/api-endpoint\\.ts$" },
      to: {
        path: "^dynamic-providers/",
        pathNot: "^dynamic-providers/transport/pve-api/first-answering\\.ts$",
      },
    },
    {
      name: "only-secrets-pass-beside-resources",
      comment:
        "Reading a parameter store touches no host. Nothing else of the transports is for the program.",
      severity: "error",
      from: { path: "^components/program/secret-(source|versions)\\.ts$" },
      to: {
        path: "^dynamic-providers/",
        pathNot: [
          "^dynamic-providers/transport/secrets/(resolver|ssm)\\.ts$",
          "^dynamic-providers/transport/base/clock\\.ts$",
          "^dynamic-providers/kit/secret-versions\\.ts$",
        ],
      },
    },
    {
      name: "own-files-are-found-beside-the-package",
      severity: "error",
      from: { path: "^components/(fencing/agent-files|languages/main)\\.ts$" },
      to: {
        path: "^dynamic-providers/",
        pathNot: "^dynamic-providers/transport/program-files\\.ts$",
      },
    },
    {
      name: "the-entry-for-others-says-where-providers-are",
      severity: "error",
      from: { path: "^components/index\\.ts$" },
      to: {
        path: "^dynamic-providers/",
        pathNot: "^dynamic-providers/kit/provider-place\\.ts$",
      },
    },
    {
      name: "our-own-program-is-not-one-of-others",
      comment:
        "The entry for others has the engine look for providers where our own project has none.",
      severity: "error",
      from: { path: "^(index\\.ts|components/(?!languages/)|automation/|twin/)" },
      to: { path: "^components/index\\.ts$" },
    },
    {
      name: "the-program-asks-for-the-whole-run-and-nothing-else",
      severity: "error",
      from: { path: "^components/program/whole-run\\.ts$" },
      to: {
        path: "^dynamic-providers/",
        pathNot: "^dynamic-providers/kit/presence\\.ts$",
      },
    },
    {
      name: "components-stand-above-the-command-line-and-the-twin",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(automation|twin|tests|toolchain|index\\.ts)" },
    },
    {
      name: "dynamic-providers-know-no-component",
      severity: "error",
      from: { path: "^dynamic-providers/" },
      to: { path: "^(components|automation|twin|tests|toolchain|index\\.ts)" },
    },
    {
      name: "resources-declare-and-do-nothing",
      comment:
        "A resource runs in the program; only its provider, in another process, may reach a host.",
      severity: "error",
      from: { path: resource },
      to: {
        path: "^dynamic-providers/",
        pathNot: ["^dynamic-providers/kit/", "[/-]schema\\.ts$", resource],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "domains-know-no-provider",
      severity: "error",
      from: { path: domain, pathNot: [resource, provider] },
      to: { path: [resource, provider] },
    },
    {
      name: "what-domains-share-knows-none-of-them",
      severity: "error",
      from: { path: shared },
      to: { path: domain, pathNot: shared },
    },
    {
      name: "hosts-know-nothing-of-forming-a-cluster",
      comment:
        "A host's work may ask what its cluster bears; what changes a cluster stands above it.",
      severity: "error",
      from: { path: "^dynamic-providers/host/" },
      to: { path: "^dynamic-providers/(pvecm|pvesm|pveum|pveceph|ha|sdn|datacenter|native|hook)/" },
    },
    {
      name: "clusters-know-nothing-of-settings-of-hosts",
      severity: "error",
      from: { path: "^dynamic-providers/(pvecm|pvesm|pveum|pveceph|ha|sdn|datacenter|native)/" },
      to: { path: "^dynamic-providers/host/" },
    },
    {
      name: "transports-know-no-domain",
      severity: "error",
      from: { path: "^dynamic-providers/transport/" },
      to: { path: domain },
    },
    {
      name: "kit-knows-no-domain",
      severity: "error",
      from: { path: "^dynamic-providers/kit/" },
      to: { path: domain },
    },
    {
      name: "only-engines-know-how-hosts-are-made",
      comment: "Everybody else asks the interface, so that another engine can take its place.",
      severity: "error",
      from: { path: "^twin/", pathNot: "^twin/(engines|tests)/" },
      to: { path: "^twin/engines/[^/]+/" },
    },
    {
      name: "command-line-uses-config-and-transports",
      comment:
        "It also reads what hosts say, with the scripts, readers and judge of the providers; which disks a rule means is told by who chooses them, what is saved by who proves it, and what HA and Ceph have by who compares it. A drill tells its own guest what guests are told.",
      severity: "error",
      from: { path: "^automation/" },
      to: {
        path: "^(index\\.ts|components|dynamic-providers|twin|tests|toolchain)(/|$)",
        pathNot: [
          "^dynamic-providers/transport/",
          shared,
          "^dynamic-providers/pveceph/((meant-)?disks|ceph-command|pool/found)\\.ts$",
          "^dynamic-providers/ha/managed-facts\\.ts$",
          "^dynamic-providers/backup/holdings\\.ts$",
          "^dynamic-providers/guest/(calls|config-file|kinds)\\.ts$",
          "^twin/index\\.ts$",
          "^toolchain/.*\\.cjs$",
        ],
      },
    },
    {
      name: "no-verb-needs-the-library",
      comment: "Both use the engine; what they share stands there.",
      severity: "error",
      from: { pathNot: "^(automation/library|tests)/" },
      to: { path: "^automation/library/" },
    },
    {
      name: "the-twin-is-used-through-its-entries",
      comment: "index.ts is for a command line around it, testing/index.ts for tests.",
      severity: "error",
      from: { pathNot: "^twin/" },
      to: { path: "^twin/", pathNot: "^twin/(testing/)?index\\.ts$" },
    },
    {
      name: "only-the-command-line-and-tests-use-the-twin",
      severity: "error",
      from: { pathNot: ["^twin/", "^tests/", "^automation/"] },
      to: { path: "^twin/" },
    },
    {
      name: "the-toolchain-stands-alone",
      comment:
        "It runs before anything is installed or compiled: Node's own modules, and what it calls by a path in bin/ once that is there.",
      severity: "error",
      from: { path: "^toolchain/" },
      to: {
        path: "^(index\\.ts|config|components|dynamic-providers|automation|twin|tests)(/|$)",
      },
    },
    {
      name: "checks-load-packages-when-they-are-there",
      comment: "On a clean clone they are installed first; what needs one is imported at its use.",
      severity: "error",
      from: { path: "^toolchain/(check\\.mjs$|checks/)", pathNot: "/shell-texts\\.mjs$" },
      to: {
        path: "^(node_modules/|toolchain/checks/shell-texts\\.mjs$)",
        dynamic: false,
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "only-the-command-line-and-tests-import-the-toolchain",
      severity: "error",
      from: { pathNot: "^(toolchain|tests|automation|vitest)" },
      to: { path: "^toolchain/" },
    },
    {
      name: "the-twin-knows-of-the-product-its-stack-file",
      comment:
        "It must rehearse the program, so it shares nothing with it but what a stack file means.",
      severity: "error",
      from: { path: "^twin/" },
      to: { path: "^(index\\.ts|components|dynamic-providers|automation|tests|toolchain)(/|$)" },
    },
    {
      name: "what-is-for-tests-is-used-by-tests",
      severity: "error",
      from: { pathNot: "^(twin/testing|(twin/)?tests)/" },
      to: { path: "^twin/testing/" },
    },
    {
      name: "nobody-imports-tests",
      severity: "error",
      from: { pathNot: "^(twin/)?tests/" },
      to: { path: "^(twin/)?tests/" },
    },
    {
      name: "no-development-packages-at-run-time",
      severity: "error",
      from: { pathNot: ["^(twin/)?tests/", "^toolchain/", "^vitest"] },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "everything-resolves",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "bin/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^bin/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    moduleSystems: ["cjs", "es6"],
    enhancedResolveOptions: { extensions: [".ts", ".mts", ".js", ".cjs", ".mjs", ".json"] },
  },
};
