import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { startSshd, type TestSshd } from "./sshd.js";

const disk = z.object({
  name: z.string(),
  size: z.number(),
  used: z.string().optional(),
  /** Those whose data lies there. */
  osds: z.array(z.number()).optional(),
  /** Parts of OSDs whose data lies elsewhere. */
  slots: z.array(z.object({ osd: z.number(), kind: z.string(), bytes: z.number() })).optional(),
});
const state = z.object({
  disks: z.array(disk),
  osds: z.record(
    z.string(),
    z.object({ uuid: z.string(), up: z.number(), in: z.number(), state: z.array(z.string()) }),
  ),
  calls: z.array(z.string()),
  /** The task that is started next ends with this. */
  taskEnd: z.string(),
  safe: z.boolean(),
});
type State = z.output<typeof state>;

/** What the commands of the host do: each is this program under its own name. */
const PROGRAM = String.raw`
import fcntl, json, os, re, sys
folder, name, words = sys.argv[1], sys.argv[2], sys.argv[3:]
held = open(f'{folder}/lock', 'w')
fcntl.flock(held, fcntl.LOCK_EX)
with open(f'{folder}/state.json') as file:
    state = json.load(file)
osds, disks = state['osds'], state['disks']

def end(text='', status=0):
    with open(f'{folder}/state.json', 'w') as file:
        json.dump(state, file)
    sys.stdout.write(text)
    sys.exit(status)

def option(key):
    return words[words.index(key) + 1] if key in words else None

def named(place):
    return next(one for one in disks if one['name'] == os.path.basename(place))

def put(one, number):
    one.update(used='LVM', osds=[*one.get('osds', []), number])
    osds[str(number)] = {'uuid': f'u{number}-{len(state["calls"])}', 'up': 1, 'in': 1, 'state': ['exists', 'up']}

def put_slot(carrier, kind, number, size):
    if carrier is not None:
        one = named(carrier)
        one.update(used='LVM', slots=[*one.get('slots', []), {'osd': number, 'kind': kind, 'bytes': int(size)}])

def next_number():
    return next(n for n in range(99) if str(n) not in osds)

def empty(one):
    for key in ('used', 'osds', 'slots'):
        one.pop(key, None)

def give_back(number):
    for one in disks:
        one['slots'] = [slot for slot in one.get('slots', []) if slot['osd'] != number]
        one['osds'] = [osd for osd in one.get('osds', []) if osd != number]
        if one.get('used') == 'LVM' and not one['slots'] + one['osds']:
            empty(one)

def row(one):
    slots = [slot['kind'] for slot in one.get('slots', [])]
    return {'devpath': f'/dev/{one["name"]}', 'by_id_link': f'/dev/disk/by-id/{one["name"]}', 'size': one['size'],
            'model': 'DATA', 'serial': one['name'], 'used': one.get('used', ''),
            'osdid': min(one.get('osds') or [-1]), 'osdid-list': one.get('osds') or None,
            **{kind: slots.count(kind) for kind in slots}}

def group(one):
    free = (one['size'] - (1 << 20)) // (4 << 20) * (4 << 20) - sum(slot['bytes'] for slot in one['slots'])
    return {'name': 'ceph', 'lvcount': len(one['slots']), 'children': [{'name': f'/dev/{one["name"]}', 'free': free}]}

def volumes(number):
    for one in disks:
        here = [slot for slot in one.get('slots', []) if slot['osd'] == number]
        found = [(slot['kind'], slot['bytes']) for slot in here] + [('block', one['size'])] * (number in one.get('osds', []))
        for kind, size in found:
            yield {'type': kind, 'devices': [f'/dev/{one["name"]}'], 'lv_size': str(size),
                   'tags': {'ceph.osd_fsid': osds[str(number)]['uuid']}}

line = f'{name} {" ".join(words)}'
if name == 'pvesh' and words[0] != 'get':
    state['calls'].append(line)
    if state['taskEnd'] == 'OK':
        if words[:2] == ['create', '/nodes/frege/ceph/osd']:
            for _ in range(int(option('--osds-per-device') or 1)):
                number = next_number()
                put(named(option('--dev')), number)
            for kind in ('db', 'wal'):
                put_slot(option(f'--{kind}_dev'), kind, number, float(option(f'--{kind}_dev_size') or 0) * 2 ** 30)
        elif words[1].endswith('/wipedisk'):
            empty(named(option('--disk')))
        else:
            number = words[1].rpartition('/')[2]
            osds.pop(number)
            give_back(int(number))
    end('UPID:frege:1:2:3:task:x:root@pam:\n')
if name == 'pvesh' and '/tasks/' in words[1]:
    end(json.dumps({'status': 'stopped', 'exitstatus': state['taskEnd']}))
if name == 'pvesh' and words[1].endswith('/disks/lvm'):
    end(json.dumps({'children': [group(one) for one in disks if one.get('slots')]}))
if name == 'pvesh':
    end(json.dumps([row(one) for one in disks]))
if name == 'ceph-volume' and words[1] == 'list':
    end(json.dumps({number: found for number in osds if (found := list(volumes(int(number))))}))
if name == 'ceph':
    words = [word for word in words if word not in ('-c', '/etc/pve/ceph.conf', '--connect-timeout', '20', '-f', 'json')]
    line = f'{name} {" ".join(words)}'
    others = [90, 91]
    if words == ['osd', 'tree']:
        hosts = [('frege', list(map(int, osds))), ('b', [90]), ('c', [91])]
        end('\n' + json.dumps({'nodes': [{'id': -2 - at, 'name': host, 'type': 'host', 'children': here}
                                         for at, (host, here) in enumerate(hosts)]}) + '\n')
    if words == ['osd', 'crush', 'rule', 'dump']:
        end('\n[]\n')
    if words == ['osd', 'dump']:
        own = [{'osd': int(number), **one} for number, one in osds.items()]
        end('\n' + json.dumps({'osds': own + [{'osd': one, 'uuid': f'u{one}', 'up': 1, 'in': 1} for one in others],
                               'pools': [{'size': 3}]}) + '\n')
    if words == ['status']:
        end('\n' + json.dumps({'pgmap': {'pgs_by_state': [{'state_name': 'active+clean', 'count': 8}]}}) + '\n')
    if words[1] == 'safe-to-destroy':
        end('OSD(s) 0 have 3 pgs currently mapped to them.', 0 if state['safe'] else 16)
    if words[1] == 'ok-to-stop':
        end('{"ok_to_stop":true}')
    state['calls'].append(line)
    if words[1] == 'out':
        osds[words[2]]['in'] = 0
    if words[1] == 'destroy':
        osds[words[2]].update(uuid='0', state=['destroyed', 'exists'])
    end()
if name == 'systemctl':
    stopped = re.match(r'stop ceph-osd@(\d+)', ' '.join(words))
    if stopped:
        state['calls'].append(line)
        osds[stopped[1]]['up'] = 0
    end('inactive\n' if words[:1] == ['show'] else '')
if name == 'ceph-volume':
    state['calls'].append(line)
    if words[1] == 'create':
        number = int(option('--osd-id'))
        put(named(option('--data')), number)
        for kind in ('db', 'wal'):
            put_slot(option(f'--block.{kind}'), kind, number, option(f'--block.{kind}-size') or 0)
    elif words[1] == 'batch':
        numbers = words[words.index('--osd-ids') + 1:words.index('--yes')]
        for number in numbers + [next_number()] * (int(option('--osds-per-device')) - len(numbers)):
            put(named(words[-1]), int(number))
    elif option('--osd-id') is not None:
        give_back(int(option('--osd-id')))
    else:
        empty(named(words[-1]))
    end()
end('frege\n' if name == 'hostname' else f'/dev/{os.path.basename(words[-1])}\n')
`;
const COMMANDS = ["pvesh", "ceph", "ceph-volume", "systemctl", "hostname", "readlink"];

/** A Proxmox host behind an sshd, with disks and a Ceph whose state is a file. */
export class OsdHost {
  private constructor(
    readonly folder: string,
    private readonly sshd: TestSshd,
  ) {}

  static async start(): Promise<OsdHost> {
    const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-ceph-"));
    const [etcPve, tools] = [path.join(folder, "pve"), path.join(folder, "tools")];
    mkdirSync(etcPve);
    mkdirSync(tools);
    writeFileSync(path.join(etcPve, "ceph.conf"), "[global]\n\t mon_host = 10.0.0.1\n");
    writeFileSync(
      path.join(etcPve, ".members"),
      JSON.stringify({ nodename: "frege", cluster: { quorate: 1 }, nodelist: {} }),
    );
    writeFileSync(path.join(folder, "program.py"), PROGRAM);
    const put = (name: string, body: string): void => {
      writeFileSync(path.join(tools, name), `#!/bin/sh\n${body}\n`);
      chmodSync(path.join(tools, name), 0o755);
    };
    for (const name of COMMANDS) {
      put(name, `exec python3 ${folder}/program.py ${folder} ${name} "$@"`);
    }
    // A unit of its own ends before the program looks at it.
    put("systemd-run", 'while case $1 in -*) true ;; *) false ;; esac; do shift; done; exec "$@"');
    return new OsdHost(folder, await startSshd({ proxmox: { etcPve, tools } }));
  }

  get connection() {
    return this.sshd.connection();
  }

  get state(): State {
    return state.parse(JSON.parse(readFileSync(this.file, "utf8")));
  }

  /** Other disks, with nothing else changed. */
  set(change: Partial<State>): void {
    writeFileSync(this.file, JSON.stringify({ ...this.state, ...change }));
  }

  /** A host with these disks, and no OSD. */
  reset(...disks: State["disks"]): void {
    const fresh: State = { disks, osds: {}, calls: [], taskEnd: "OK", safe: true };
    writeFileSync(this.file, JSON.stringify(fresh));
  }

  stop(): void {
    this.sshd.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get file(): string {
    return path.join(this.folder, "state.json");
  }
}
